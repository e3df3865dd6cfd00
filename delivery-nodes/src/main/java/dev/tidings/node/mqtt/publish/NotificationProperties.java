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

  /** The size of a text that is not there, or that MQTT cannot carry. */
  private static final int LEFT_OUT = -1;

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

  private final Delivery delivery;
  private final @Nullable String withdrawn;
  private final @Nullable String replayed;

  // Each text is looked through once, to size it and to see whether it can be written.
  private final int id;
  private final int pushType;
  private final int collapseId;
  private final int withdraws;
  private final int cursor;

  private final long acceptedAt;

  /**
   * Looks at the properties of a notification.
   *
   * @param replayed if it was asked for once more, where that goes on; else null
   */
  NotificationProperties(Delivery delivery, @Nullable String replayed) {
    this.delivery = delivery;
    this.replayed = replayed;
    this.withdrawn = withdraws(delivery);
    this.id = writtenSize(delivery.getId());
    this.pushType = writtenSize(delivery.getPushType());
    this.collapseId = writtenSize(delivery.getCollapseId());
    this.withdraws = writtenSize(withdrawn);
    this.cursor = writtenSize(replayed);
    this.acceptedAt = acceptedAt(delivery);
  }

  /** Returns their size in bytes, without their length. */
  int size() {
    return CONTENT_TYPE.length
        + (expires(delivery) ? MESSAGE_EXPIRY_INTERVAL_SIZE : 0)
        + textSize(ID, id)
        + textSize(PUSH_TYPE, pushType)
        + numberSize(PRIORITY, delivery.getPriority())
        + textSize(COLLAPSE_ID, collapseId)
        + numberSize(EXPIRATION, expirationSeconds(delivery))
        + numberSize(ACCEPTED_AT, acceptedAt)
        + textSize(WITHDRAWS, withdraws)
        + textSize(REPLAYED, cursor);
  }

  void write(ByteBuf out, long nowMillis) {
    if (expires(delivery)) {
      out.writeByte(MESSAGE_EXPIRY_INTERVAL);
      out.writeInt(secondsLeft(delivery.getExpiration(), nowMillis));
    }
    out.writeBytes(CONTENT_TYPE);
    writeText(out, ID, delivery.getId(), id);
    writeText(out, PUSH_TYPE, delivery.getPushType(), pushType);
    writeNumber(out, PRIORITY, delivery.getPriority());
    writeText(out, COLLAPSE_ID, delivery.getCollapseId(), collapseId);
    writeNumber(out, EXPIRATION, expirationSeconds(delivery));
    writeNumber(out, ACCEPTED_AT, acceptedAt);
    writeText(out, WITHDRAWS, withdrawn, withdraws);
    writeText(out, REPLAYED, replayed, cursor);
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

  /**
   * Returns the size of a text; {@link #LEFT_OUT} if there is none, or MQTT cannot carry it
   * [MQTT-1.5.4-2]: a client that receives one has to close the connection, again at every
   * redelivery.
   */
  private static int writtenSize(@Nullable String value) {
    if (value == null || value.length() > MAX_TEXT || !PlainText.isPlain(value)) {
      return LEFT_OUT;
    }
    return DataTypes.utf8Size(value);
  }

  private static int textSize(byte[] key, int size) {
    return size == LEFT_OUT ? 0 : key.length + LENGTH_SIZE + size;
  }

  private static void writeText(ByteBuf out, byte[] key, @Nullable String value, int size) {
    if (value != null && size != LEFT_OUT) {
      out.writeBytes(key);
      out.writeShort(size);
      DataTypes.writeUtf8(out, value);
    }
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
}
