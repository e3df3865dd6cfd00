package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever comes, nothing escapes, nothing leaks, and the connection ends in its time. */
final class FuzzChannelTest {
  private static final int ROUNDS = 3_000;

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void mutatedConversationsDoNoHarm(MqttVersion version) {
    List<byte[]> packets = packets(version);
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = join(packets, random);
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      survives(version, seed, bytes, random);
    }
  }

  @Test
  void randomBytesDoNoHarm() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      survives(MqttVersion.MQTT_5, seed, bytes, random);
    }
  }

  private static void survives(MqttVersion version, int seed, byte[] bytes, Random random) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    try (Conversation conversation = new Conversation(version)) {
      conversation.node.config().setAllocator(allocator);
      for (int start = 0; start < bytes.length && conversation.node.isOpen(); ) {
        int end = Math.min(bytes.length, start + 1 + random.nextInt(bytes.length));
        ByteBuf piece = allocator.buffer().writeBytes(bytes, start, end - start);
        conversation.node.writeInbound(piece);
        start = end;
      }
      conversation.node.checkException();
      // Alive or closed, but never stuck: silence ends it by the longest keep-alive there is.
      conversation.advance(Duration.ofSeconds(65_536 * 3 / 2 + 10));
      assertThat(conversation.node.isOpen()).as("seed %d", seed).isFalse();
      conversation.directory.attachments.forEach(
          attachment -> assertThat(attachment.detached).as("seed %d", seed).hasValue(1));
    }
    assertThat(allocator.metric().usedHeapMemory()).as("seed %d", seed).isZero();
  }

  private static byte[] join(List<byte[]> packets, Random random) {
    ByteBuf all = Unpooled.buffer().writeBytes(packets.getFirst());
    for (int i = random.nextInt(6); i > 0; i--) {
      all.writeBytes(packets.get(random.nextInt(packets.size())));
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes).release();
    return bytes;
  }

  private static List<byte[]> packets(MqttVersion version) {
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
                  .payload(Unpooled.copiedBuffer("{\"app\":\"a\"}", StandardCharsets.UTF_8))
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
}
