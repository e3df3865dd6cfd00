package dev.tidings.streams.schedule;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;

/** What the tasks of a topology that schedules work with, without the topology. */
final class Steps {
  private Steps() {}

  static StepContext context(
      RegistryClient registry, InstantSource clock, SimpleMeterRegistry metrics) {
    return context(registry, clock, metrics, 1);
  }

  static StepContext context(
      RegistryClient registry, InstantSource clock, SimpleMeterRegistry metrics, int partitions) {
    return new StepContext(
        registry,
        new RegistryRetry(Duration.ofMillis(1), clock),
        new Meters(metrics, clock),
        clock,
        TopicNames.PLAIN,
        partitions,
        "streams-1",
        Duration.ofSeconds(5),
        (_, _) -> null,
        () -> Long.MAX_VALUE,
        false);
  }
}
