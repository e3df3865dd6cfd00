package dev.tidings.ingest;

import dev.tidings.control.ControlReader;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.service.config.Config;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Follows what administrators decide, for those parts of the service that need it. */
final class ControlFollowing {
  private static final Duration SOON = Duration.ofSeconds(5);

  private ControlFollowing() {}

  /**
   * Starts reading.
   *
   * @param control opens the topic {@code control}
   * @return empty if nothing needs it; then nothing is started
   */
  static Optional<ControlReader> start(
      Config config,
      Lifecycle lifecycle,
      Readiness readiness,
      MeterRegistry metrics,
      Supplier<TableSource> control,
      RegistryClient registry,
      InstantSource clock) {
    if (!AdminSettings.isOpen(config) && !ProviderAuthentication.isRequired(config)) {
      return Optional.empty();
    }
    ControlReader reader = ControlReader.start(control.get(), registry, clock);
    lifecycle.onStop("control", SOON, reader::close);
    readiness.add("control", reader::health);
    bind(metrics, reader);
    return Optional.of(reader);
  }

  private static void bind(MeterRegistry metrics, ControlReader control) {
    Gauge.builder("tidings.ingest.control.lag", control, ControlReader::lag)
        .description("Records of control still to be read.")
        .register(metrics);
    Gauge.builder(
            "tidings.ingest.control.waiting", control, each -> each.waitingFor().isEmpty() ? 0 : 1)
        .description("1 while the reading of control waits for the broker or the schema registry.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.control.unreadable", control, ControlReader::unreadable)
        .description("Records of control that could not be read; their entries count for nothing.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.control.reloads", control, ControlReader::readAgain)
        .description(
            "How often the entries were forgotten and read again: the topic was made anew or has"
                + " lost records, or it was not followed for too long.")
        .register(metrics);
  }
}
