package dev.tidings.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a well-behaved device says. */
public final class Samples {

  /** A device's packets from its CONNECT to its DISCONNECT, one behind the other. */
  public static byte[] conversation(MqttVersion version) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets(version).forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** The same in pieces of a size, the last one perhaps smaller. */
  public static List<byte[]> pieces(byte[] bytes, int size) {
    List<byte[]> pieces = new ArrayList<>();
    for (int start = 0; start < bytes.length; start += size) {
      pieces.add(Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + size)));
    }
    return pieces;
  }

  static List<byte[]> packets(MqttVersion version) {
    List<byte[]> packets = new ArrayList<>();
    try (Conversation conversation = new Conversation(version)) {
      List<MqttMessage> messages =
          List.of(
              conversation.connectPacket(connect ->
                  connect.willFlag(true).willTopic("w").willMessage(new byte[3]).username("u")),
              MqttMessageBuilders.subscribe()
                  .messageId(1)
                  .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
                  .build(),
              MqttMessageBuilders.unsubscribe().messageId(2).addTopicFilter("tidings/#").build(),
              MqttMessageBuilders.publish()
                  .topicName("$tidings/register")
                  .qos(MqttQoS.AT_LEAST_ONCE)
                  .messageId(3)
                  .payload(
                      Unpooled.copiedBuffer(
                          "{\"app\":\"com.example.news\"}", StandardCharsets.UTF_8))
                  .build(),
              MqttMessageBuilders.pubAck().packetId(4).build(),
              MqttMessage.PINGREQ,
              MqttMessage.DISCONNECT);
      for (MqttMessage message : messages) {
        ByteBuf encoded = conversation.encode(message);
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes).release();
        packets.add(bytes);
      }
    }
    return packets;
  }

  private Samples() {}
}
