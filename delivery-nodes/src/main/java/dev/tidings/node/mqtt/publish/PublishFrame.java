package dev.tidings.node.mqtt.publish;

import io.netty.buffer.ByteBuf;

/**
 * The frame of a PUBLISH packet: all fields before topic, properties and payload, and its size. The
 * codec's own encoder takes three buffers and does not report the size, which has to be known
 * before a packet is sent to a client that has set a Maximum Packet Size [MQTT-3.1.2-24].
 */
final class PublishFrame {
  /** Marks a packet that has no properties at all, as before MQTT 5. */
  static final int NO_PROPERTIES = -1;

  private static final int TYPE = 0x30;
  private static final int DUP = 0x08;
  private static final int QOS_1 = 0x02;

  /**
   * Returns the size of the whole packet; the arguments are sizes of contents, without their length
   * fields.
   */
  static int size(int packetId, int topic, int properties, int payload) {
    int remaining = remainingLength(packetId, topic, properties, payload);
    return 1 + DataTypes.varIntSize(remaining) + remaining;
  }

  /** Writes up to and including the length of the topic. */
  static void start(
      ByteBuf out, boolean duplicate, int packetId, int topic, int properties, int payload) {
    out.writeByte(TYPE | (duplicate ? DUP : 0) | (packetId == 0 ? 0 : QOS_1));
    DataTypes.writeVarInt(out, remainingLength(packetId, topic, properties, payload));
    out.writeShort(topic);
  }

  /** Writes the fields between the topic and the properties. */
  static void afterTopic(ByteBuf out, int packetId, int properties) {
    if (packetId != 0) {
      out.writeShort(packetId);
    }
    if (properties != NO_PROPERTIES) {
      DataTypes.writeVarInt(out, properties);
    }
  }

  private static int remainingLength(int packetId, int topic, int properties, int payload) {
    return 2
        + topic
        + (packetId == 0 ? 0 : 2)
        + (properties == NO_PROPERTIES ? 0 : DataTypes.varIntSize(properties) + properties)
        + payload;
  }

  private PublishFrame() {}
}
