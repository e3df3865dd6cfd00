package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.fuzz.Campaign;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.session.CloseReason;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A device's connection, from its first byte to its end: for {@link MqttFuzzTest}, and for a fuzzer
 * that looks at which code its inputs reach (Jazzer, by {@link #fuzzerTestOneInput}).
 */
public final class MqttFuzzTarget implements Campaign.Target {
  private static final List<CloseReason> CLOSE_REASONS = List.of(CloseReason.values());

  private int connected;

  /** Jazzer's convention: the first eight bytes decide what happens meanwhile, the rest is sent. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > Long.BYTES) {
      ByteBuffer in = ByteBuffer.wrap(input);
      Random random = new Random(in.getLong());
      byte[] sent = new byte[in.remaining()];
      in.get(sent);
      new MqttFuzzTarget().take(List.of(sent), random);
    }
  }

  /** How many connections have got past the CONNECT. */
  int connected() {
    return connected;
  }

  @Override
  public void take(List<byte[]> units, Random random) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    try (Conversation conversation = new Conversation(MqttVersion.MQTT_5)) {
      conversation.node.config().setAllocator(allocator);
      conversation.directory.answer = random.nextInt(4) == 0 ? Answer.NONE : Answer.ATTACHED;
      for (byte[] unit : units) {
        for (byte[] piece : Samples.pieces(unit, 1 + random.nextInt(Math.max(1, unit.length)))) {
          if (conversation.node.isOpen()) {
            conversation.node.writeInbound(allocator.buffer().writeBytes(piece));
          }
        }
        meanwhile(conversation, random);
      }
      conversation.node.checkException();
      // Alive or closed, but never stuck: silence ends it by the longest keep-alive there is.
      conversation.advance(Duration.ofSeconds(65_536 * 3 / 2 + 10));
      conversation.node.checkException();
      assertThat(conversation.node.isOpen()).isFalse();
      connected += conversation.directory.attachments.size();
      for (Attachment attachment : conversation.directory.attachments) {
        attachment.link.attached(attachment);
        assertThat(attachment.detached.get()).isPositive();
      }
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  /** What others do to the connection between two of its packets. */
  private static void meanwhile(Conversation conversation, Random random) {
    if (conversation.directory.attachments.isEmpty()) {
      return;
    }
    Attachment attachment = conversation.attachment();
    switch (random.nextInt(12)) {
      case 0 -> attachment.link.attached(attachment);
      case 1 -> attachment.link.close(CLOSE_REASONS.get(random.nextInt(CLOSE_REASONS.size())));
      case 2, 3, 4 -> {
        attachment.link.push(1 + random.nextInt(65_535), false, Deliveries.delivery());
        attachment.link.flush();
      }
      case 5 -> conversation.advance(Duration.ofSeconds(random.nextInt(100)));
      default -> conversation.node.runPendingTasks();
    }
  }
}
