package dev.tidings.node.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttVersion;

/** Writes the node's own PUBLISH packets, QoS 0. */
public final class AnswerWriter {
  private static final int NO_PACKET_ID = 0;

  /** Returns the size of the packet in bytes. */
  public static int size(String topic, byte[] payload, MqttVersion version) {
    return PublishFrame.size(
        NO_PACKET_ID, DataTypes.utf8Size(topic), properties(version), payload.length);
  }

  public static ByteBuf packet(
      ByteBufAllocator allocator, String topic, byte[] payload, MqttVersion version) {
    ByteBuf out = allocator.buffer(size(topic, payload, version));
    PublishFrame.start(
        out, false, NO_PACKET_ID, DataTypes.utf8Size(topic), properties(version), payload.length);
    DataTypes.writeUtf8(out, topic);
    PublishFrame.afterTopic(out, NO_PACKET_ID, properties(version));
    return out.writeBytes(payload);
  }

  private static int properties(MqttVersion version) {
    return version == MqttVersion.MQTT_5 ? 0 : PublishFrame.NO_PROPERTIES;
  }

  private AnswerWriter() {}
}
