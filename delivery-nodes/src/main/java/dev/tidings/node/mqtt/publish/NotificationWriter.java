package dev.tidings.node.mqtt.publish;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.PlainText;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes notifications: PUBLISH QoS 1 on {@code tidings/{app}/{notification id}}, the payload byte
 * for byte as the provider sent it. Thread-safe.
 */
public final class NotificationWriter {
  private static final String PREFIX = "tidings/";
  private static final int ANY_PACKET_ID = 1;

  /** Typical size of a notification's topic and properties, unless the app's name is long. */
  private static final int OTHERS = 340;

  private final InstantSource clock;

  public NotificationWriter(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Returns the reason why the notification cannot be sent, now or later, to a device that accepts
   * packets up to this size; empty if it can.
   *
   * @param replayed as in {@link #write}
   */
  Optional<String> obstacle(
      Delivery delivery, MqttVersion version, int maxPacketBytes, @Nullable String replayed) {
    if (!isTopicLevel(delivery.getApp()) || !isTopicLevel(delivery.getId())) {
      return Optional.of("app and id: not levels of an MQTT topic (expected: no / + # or control)");
    }
    if (maxPacketBytes == Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int size = size(delivery, version, replayed);
    return size > maxPacketBytes
        ? Optional.of("packet size: " + size + " bytes (expected: <= " + maxPacketBytes + ")")
        : Optional.empty();
  }

  /** Returns the size of the packet or slightly more: the initial size for a buffer. */
  public int initialCapacity(Delivery delivery) {
    return OTHERS + delivery.getPayload().remaining();
  }

  /** Returns the size of the packet in bytes. */
  public int size(Delivery delivery, MqttVersion version) {
    return size(delivery, version, null);
  }

  private static int size(Delivery delivery, MqttVersion version, @Nullable String replayed) {
    return PublishFrame.size(
        ANY_PACKET_ID,
        topicSize(delivery),
        size(properties(delivery, version, replayed)),
        delivery.getPayload().remaining());
  }

  /**
   * Appends the packet. The payload is copied, once, into memory from which the socket can write:
   * for the few hundred bytes of a notification that is cheaper than a buffer of its own.
   *
   * @param replayed if it was asked for once more, where that goes on; else null
   */
  public void write(
      ByteBuf out,
      Delivery delivery,
      MqttVersion version,
      int packetId,
      boolean duplicate,
      @Nullable String replayed) {
    int topic = topicSize(delivery);
    @Nullable NotificationProperties present = properties(delivery, version, replayed);
    int properties = size(present);
    ByteBuffer payload = delivery.getPayload();
    PublishFrame.start(out, duplicate, packetId, topic, properties, payload.remaining());
    DataTypes.writeUtf8(out, PREFIX);
    DataTypes.writeUtf8(out, delivery.getApp());
    out.writeByte('/');
    DataTypes.writeUtf8(out, delivery.getId());
    PublishFrame.afterTopic(out, packetId, properties);
    if (present != null) {
      present.write(out, clock.millis());
    }
    writePayload(out, payload);
  }

  /** Writes the payload without moving its position: the same record may be written again. */
  private static void writePayload(ByteBuf out, ByteBuffer payload) {
    if (payload.hasArray()) {
      out.writeBytes(
          payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
    } else {
      out.writeBytes(payload.duplicate());
    }
  }

  private static int topicSize(Delivery delivery) {
    return PREFIX.length()
        + DataTypes.utf8Size(delivery.getApp())
        + 1
        + DataTypes.utf8Size(delivery.getId());
  }

  /** Returns the properties of a notification; null before MQTT 5. */
  private static @Nullable NotificationProperties properties(
      Delivery delivery, MqttVersion version, @Nullable String replayed) {
    return version == MqttVersion.MQTT_5 ? new NotificationProperties(delivery, replayed) : null;
  }

  private static int size(@Nullable NotificationProperties properties) {
    return properties == null ? PublishFrame.NO_PROPERTIES : properties.size();
  }

  /**
   * Returns whether the text is a valid topic level. Ingest checks this, but a provider may write
   * to the log directly: an invalid topic would close the connection, at every redelivery.
   */
  private static boolean isTopicLevel(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '+' || c == '#') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 1024 && PlainText.isPlain(text);
  }
}
