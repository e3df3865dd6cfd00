package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.limit.AddressRanges;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MqttFrontSettingsTest {

  @Test
  void the_defaults_are_the_documented_ones() {
    assertThat(MqttFrontSettings.DEFAULTS)
        .isEqualTo(
            new MqttFrontSettings(
                "0.0.0.0",
                1883,
                8883,
                8083,
                8084,
                AddressRanges.NONE,
                4096,
                100_000,
                0,
                4_096,
                256,
                5_000,
                Duration.ofSeconds(2),
                new RefusalLimits(20, 1, 100, Duration.ofSeconds(10), 1_024, 16_384),
                List.of(),
                Duration.ZERO,
                65_536,
                new MqttSettings(
                    65_536,
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(20),
                    64,
                    8,
                    100,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(250))));
  }

  @Test
  void what_cannot_be_is_named_with_what_can() {
    assertThatThrownBy(() ->
            new MqttFrontSettings(
                "0.0.0.0", 70_000, 0, 1, 1, Duration.ofSeconds(1), 4096, MqttSettings.DEFAULTS))
        .hasMessage("MQTT port: 70000 (expected: 0 to 65535)");
    assertThatThrownBy(() ->
            new MqttSettings(
                65_536,
                Duration.ZERO,
                Duration.ofMinutes(20),
                64,
                8,
                0,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ZERO))
        .hasMessage("connect timeout: PT0S (expected: > 0)");
  }
}
