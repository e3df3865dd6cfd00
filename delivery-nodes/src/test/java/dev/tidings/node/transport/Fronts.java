package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** Fronts for tests, on ports that are free. */
final class Fronts {
  private Fronts() {}

  static MqttFrontSettings settings() {
    return settings(MqttSettings.DEFAULTS);
  }

  static MqttFrontSettings settings(MqttSettings mqtt) {
    return new MqttFrontSettings("127.0.0.1", 0, 0, 128, 100, Duration.ofSeconds(30), 4096, mqtt);
  }

  /** One that anybody may connect to, with one event loop. */
  static MqttFront open(FakeDirectory directory, FakeRegistrar registrar) {
    return new MqttFront(
        settings(),
        Loops.of(1, new SimpleMeterRegistry()),
        directory,
        registrar,
        () -> Deliveries.NOW,
        new SimpleMeterRegistry());
  }
}
