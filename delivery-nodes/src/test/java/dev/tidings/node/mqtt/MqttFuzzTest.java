package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.fuzz.Campaign;
import dev.tidings.node.fuzz.Corpus;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes, nothing escapes, nothing leaks, and the connection ends in its time.
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
final class MqttFuzzTest {
  private static final int ROUNDS = 6_000;

  @Test
  void nothing_a_device_sends_does_harm() {
    MqttFuzzTarget target = new MqttFuzzTarget();
    new Campaign(Corpus.read("/fuzz/mqtt.hex"), target).run(ROUNDS);

    assertThat(target.connected()).as("rounds that got past the CONNECT").isGreaterThan(ROUNDS / 3);
  }
}
