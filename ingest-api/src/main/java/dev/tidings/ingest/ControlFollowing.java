package dev.tidings.ingest;

import dev.tidings.control.ControlMeters;
import dev.tidings.control.ControlReader;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.config.Config;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Follows what administrators decide, for those parts of the service that need it. */
final class ControlFollowing {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final ControlMeters METERS =
      new ControlMeters(
          "tidings.ingest.control.lag",
          "tidings.ingest.control.waiting",
          "tidings.ingest.control.unreadable",
          "tidings.ingest.control.reloads");

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
    if (!AdminSettings.isOpen(config)
        && !ProviderAuthentication.isRequired(config)
        && !WebhookSettings.isOn(config)) {
      return Optional.empty();
    }
    ControlReader reader = ControlReader.start(control.get(), registry, clock);
    lifecycle.onStop("control", SOON, reader::close);
    readiness.add("control", reader::health);
    METERS.bind(metrics, reader);
    return Optional.of(reader);
  }
}
