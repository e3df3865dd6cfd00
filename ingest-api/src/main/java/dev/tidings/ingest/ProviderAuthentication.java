package dev.tidings.ingest;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderOutcomes;
import dev.tidings.auth.provider.Providers;
import dev.tidings.control.ControlReader;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ControlDirectory;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How providers prove who they are, as it is configured. */
final class ProviderAuthentication {
  /** What the setting may say. */
  enum Mode {
    OPEN,
    KEYS
  }

  static final Setting<Mode> MODE =
      Setting.choice(
          "auth.providers",
          Mode.class,
          Mode.OPEN,
          "How providers prove who they are: open: not at all; keys: by a token signed with a key"
              + " of their team, in the REST interface also by an API key; keys are in the topic"
              + " control.");

  private static final Duration SOON = Duration.ofSeconds(5);

  private ProviderAuthentication() {}

  /** Returns whether providers have to prove who they are. */
  static boolean isRequired(Config config) {
    return config.get(MODE) == Mode.KEYS;
  }

  /**
   * Starts what decides about providers.
   *
   * @param control opens the topic {@code control}
   * @return empty in mode {@code open}, in which nothing is started
   */
  static Optional<ProviderGate> start(
      Config config,
      Lifecycle lifecycle,
      Readiness readiness,
      MeterRegistry metrics,
      Supplier<TableSource> control,
      RegistryClient registry,
      InstantSource clock) {
    if (!isRequired(config)) {
      return Optional.empty();
    }
    ControlReader reader = ControlReader.start(control.get(), registry, clock);
    lifecycle.onStop("control", SOON, reader::close);
    readiness.add(
        "control",
        () ->
            reader.isComplete()
                ? Health.healthy()
                : Health.unhealthy(
                    reader.waitingFor().orElse("the providers' keys are still being read")));
    AddressRefusals refusals = new AddressRefusals(System::nanoTime);
    Providers providers =
        new Providers(new ControlDirectory(reader), refusals, clock, System::nanoTime);
    bind(metrics, reader);
    bind(metrics, providers.outcomes());
    Gauge.builder("tidings.ingest.refusals.addresses", refusals, AddressRefusals::size)
        .description("Addresses remembered because provider tokens from them were refused.")
        .register(metrics);
    return Optional.of(new ProviderGate(providers));
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

  private static void bind(MeterRegistry metrics, ProviderOutcomes outcomes) {
    count(metrics, outcomes, "accepted", ProviderOutcomes::accepted);
    for (Reason reason : Reason.values()) {
      count(
          metrics,
          outcomes,
          reason.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          each -> each.refused(reason));
    }
  }

  private static void count(
      MeterRegistry metrics,
      ProviderOutcomes outcomes,
      String outcome,
      ToDoubleFunction<ProviderOutcomes> count) {
    FunctionCounter.builder("tidings.ingest.credentials.checked", outcomes, count)
        .tag("outcome", outcome)
        .description("Credentials of providers that were checked, by what was decided.")
        .register(metrics);
  }
}
