package dev.tidings.node.mqtt.publish;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import dev.tidings.schemas.value.PlainText;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a notification in MQTT 5: Content Type {@code application/json}, Message Expiry
 * Interval if it expires, and the user properties
 *
 * <ul>
 *   <li>{@code apns-id}: its id, the same on every redelivery
 *   <li>{@code apns-push-type}, {@code apns-priority}
 *   <li>{@code apns-collapse-id}, if it has one
 *   <li>{@code apns-expiration}: seconds since the epoch, 0 for a single attempt; absent for no end
 *   <li>{@code accepted-at}: milliseconds since the epoch, when ingest took it; absent if unknown
 *   <li>{@code withdraws}, in a withdrawal: the id of the notification that is taken back
 *   <li>{@code replayed}, if the device has asked for it once more: the cursor behind it
 * </ul>
 */
final class NotificationProperties {
  private static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
  private static final int MESSAGE_EXPIRY_INTERVAL_SIZE = 5;
  private static final int USER_PROPERTY = 0x26;
  private static final int LENGTH_SIZE = 2;
  private static final long NONE = -1;

  // In characters, so that the UTF-8 form always fits a length of two bytes.
  private static final int MAX_TEXT = 0xFFFF / 3;

  private static final byte[] CONTENT_TYPE = property(0x03, "application/json");
  private static final byte[] ID = property(USER_PROPERTY, "apns-id");
  private static final byte[] PUSH_TYPE = property(USER_PROPERTY, "apns-push-type");
  private static final byte[] PRIORITY = property(USER_PROPERTY, "apns-priority");
  private static final byte[] COLLAPSE_ID = property(USER_PROPERTY, "apns-collapse-id");
  private static final byte[] EXPIRATION = property(USER_PROPERTY, "apns-expiration");
  private static final byte[] ACCEPTED_AT = property(USER_PROPERTY, "accepted-at");
  private static final byte[] WITHDRAWS = property(USER_PROPERTY, "withdraws");
  private static final byte[] REPLAYED = property(USER_PROPERTY, "replayed");

  /**
   * @param replayed if it was asked for once more, where that goes on; else null
   */
  static int size(Delivery delivery, @Nullable String replayed) {
    return CONTENT_TYPE.length
        + (expires(delivery) ? MESSAGE_EXPIRY_INTERVAL_SIZE : 0)
        + textSize(ID, delivery.getId())
        + textSize(PUSH_TYPE, delivery.getPushType())
        + numberSize(PRIORITY, delivery.getPriority())
        + textSize(COLLAPSE_ID, delivery.getCollapseId())
        + numberSize(EXPIRATION, expirationSeconds(delivery))
        + numberSize(ACCEPTED_AT, acceptedAt(delivery))
        + textSize(WITHDRAWS, withdraws(delivery))
        + textSize(REPLAYED, replayed);
  }

  static void write(ByteBuf out, Delivery delivery, long nowMillis, @Nullable String replayed) {
    if (expires(delivery)) {
      out.writeByte(MESSAGE_EXPIRY_INTERVAL);
      out.writeInt(secondsLeft(delivery.getExpiration(), nowMillis));
    }
    out.writeBytes(CONTENT_TYPE);
    writeText(out, ID, delivery.getId());
    writeText(out, PUSH_TYPE, delivery.getPushType());
    writeNumber(out, PRIORITY, delivery.getPriority());
    writeText(out, COLLAPSE_ID, delivery.getCollapseId());
    writeNumber(out, EXPIRATION, expirationSeconds(delivery));
    writeNumber(out, ACCEPTED_AT, acceptedAt(delivery));
    writeText(out, WITHDRAWS, withdraws(delivery));
    writeText(out, REPLAYED, replayed);
  }

  private static @Nullable String withdraws(Delivery delivery) {
    String id = delivery.getId();
    return WithdrawalId.isOne(id) ? WithdrawalId.parse(id).withdrawn().value() : null;
  }

  private static boolean expires(Delivery delivery) {
    Long expiration = delivery.getExpiration();
    return expiration != null && expiration > 0 && expiration != Long.MAX_VALUE;
  }

  /**
   * Returns the Message Expiry Interval: four bytes, unsigned, never 0, which would mean expired on
   * arrival.
   */
  private static int secondsLeft(long expirationMillis, long nowMillis) {
    long seconds = Math.ceilDiv(expirationMillis - nowMillis, 1000L);
    return (int) Math.clamp(seconds, 1L, 0xFFFF_FFFFL);
  }

  private static long expirationSeconds(Delivery delivery) {
    Long expiration = delivery.getExpiration();
    return expiration == null || expiration == Long.MAX_VALUE ? NONE : expiration / 1000;
  }

  private static long acceptedAt(Delivery delivery) {
    List<Step> steps = delivery.getSteps();
    // By index, to avoid allocating an iterator for each message.
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).getName() == StepName.ACCEPTED) {
        return steps.get(i).getAt();
      }
    }
    return NONE;
  }

  private static int textSize(byte[] key, @Nullable String value) {
    return value != null && isWritable(value)
        ? key.length + LENGTH_SIZE + DataTypes.utf8Size(value)
        : 0;
  }

  private static void writeText(ByteBuf out, byte[] key, @Nullable String value) {
    if (value != null && isWritable(value)) {
      out.writeBytes(key);
      out.writeShort(DataTypes.utf8Size(value));
      DataTypes.writeUtf8(out, value);
    }
  }

  /**
   * Returns whether MQTT can carry the text [MQTT-1.5.4-2]. Others are left out: a client that
   * receives one has to close the connection, again at every redelivery.
   */
  private static boolean isWritable(String value) {
    return value.length() <= MAX_TEXT && PlainText.isPlain(value);
  }

  private static int numberSize(byte[] key, long value) {
    return value < 0 ? 0 : key.length + LENGTH_SIZE + DataTypes.decimalSize(value);
  }

  private static void writeNumber(ByteBuf out, byte[] key, long value) {
    if (value >= 0) {
      int size = DataTypes.decimalSize(value);
      out.writeBytes(key);
      out.writeShort(size);
      DataTypes.writeDecimal(out, value, size);
    }
  }

  /** Encodes a property's identifier with its value, or a user property's with its key. */
  private static byte[] property(int id, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    byte[] property = new byte[1 + LENGTH_SIZE + bytes.length];
    property[0] = (byte) id;
    property[1] = (byte) (bytes.length >>> 8);
    property[2] = (byte) bytes.length;
    System.arraycopy(bytes, 0, property, 1 + LENGTH_SIZE, bytes.length);
    return property;
  }

  private NotificationProperties() {}
}
