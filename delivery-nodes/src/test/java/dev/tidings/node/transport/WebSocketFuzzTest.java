package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.fuzz.Campaign;
import dev.tidings.node.fuzz.Corpus;
import dev.tidings.node.fuzz.Mutator;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.Samples;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * As over TCP; and the handshake and the frames have their own ways of being wrong.
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
final class WebSocketFuzzTest {
  private static final int ROUNDS = 1_000;

  private int connected;

  @Test
  void nothing_a_device_sends_in_frames_does_harm() {
    new Campaign(
            Corpus.read("/fuzz/mqtt.hex"),
            (units, random) -> {
              List<byte[]> sent = new ArrayList<>();
              sent.add(WebSocketDevice.HANDSHAKE);
              for (byte[] unit : units) {
                int size = 1 + random.nextInt(Math.max(1, unit.length));
                if (unit.length > 0) {
                  sent.add(WebSocketDevice.message(Samples.pieces(unit, size)));
                }
              }
              survives(sent, random);
            })
        .run(ROUNDS);

    assertThat(connected).as("rounds that got past the CONNECT").isGreaterThan(ROUNDS / 4);
  }

  @Test
  void nothing_that_breaks_the_frames_or_the_handshake_does_harm() {
    new Campaign(
            Corpus.read("/fuzz/mqtt.hex"),
            (units, random) -> {
              List<byte[]> sent = new ArrayList<>();
              sent.add(WebSocketDevice.HANDSHAKE);
              for (byte[] unit : units) {
                sent.add(WebSocketDevice.message(List.of(unit)));
              }
              survives(new Mutator(List.of(sent), 2).next(random), random);
            })
        .run(ROUNDS);

    assertThat(connected).as("rounds that got past the CONNECT").isGreaterThan(ROUNDS / 5);
  }

  private void survives(List<byte[]> units, Random random) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    try (WebSocketDevice device = new WebSocketDevice()) {
      device.allocator(allocator);
      for (byte[] unit : units) {
        int size = 1 + random.nextInt(Math.max(1, unit.length));
        Samples.pieces(unit, size).forEach(device::send);
      }
      device.node.checkException();
      // Unlike a keep-alive, WebSocket's own probe ends it soon.
      for (int i = 0; i < 5; i++) {
        device.advance(Duration.ofSeconds(30));
      }
      device.node.checkException();
      assertThat(device.node.isOpen()).isFalse();
      connected += device.directory.attachments.size();
      for (Attachment attachment : device.directory.attachments) {
        assertThat(attachment.detached).hasValue(1);
      }
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }
}
