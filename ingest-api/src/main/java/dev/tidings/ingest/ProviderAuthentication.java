package dev.tidings.ingest;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderOutcomes;
import dev.tidings.auth.provider.Providers;
import dev.tidings.control.ControlReader;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ControlDirectory;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The authentication of providers, as it is configured. */
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

  static final Setting<Boolean> ONE_STREAM =
      Setting.bool(
          "auth.providers.one.stream",
          false,
          "Whether a connection in HTTP/2 may have a single open request until one on it had a good"
              + " credential, as Apple's service has it; with auth.providers=keys only. Clients"
              + " that send several at once on a new connection have some of them refused"
              + " (REFUSED_STREAM).");

  private ProviderAuthentication() {}

  /** Returns whether providers have to prove who they are. */
  static boolean isRequired(Config config) {
    return config.get(MODE) == Mode.KEYS;
  }

  /** Returns whether a connection has one open request until a credential on it was good. */
  static boolean isOneStreamAtFirst(Config config) {
    if (config.get(ONE_STREAM) && !isRequired(config)) {
      throw ConfigException.of(ONE_STREAM, true, "false, unless " + MODE + " is keys");
    }
    return config.get(ONE_STREAM);
  }

  /**
   * Starts what decides about providers.
   *
   * @param control their keys
   * @param revoked which client certificates are revoked; empty if none counts
   * @return empty in mode {@code open}
   */
  static Optional<ProviderGate> start(
      Config config,
      Optional<ControlReader> control,
      Optional<Predicate<X509Certificate>> revoked,
      MeterRegistry metrics,
      InstantSource clock) {
    return control
        .filter(reader -> isRequired(config))
        .map(reader -> start(reader, revoked, metrics, clock));
  }

  private static ProviderGate start(
      ControlReader reader,
      Optional<Predicate<X509Certificate>> revoked,
      MeterRegistry metrics,
      InstantSource clock) {
    AddressRefusals refusals = new AddressRefusals(System::nanoTime);
    Providers providers =
        new Providers(new ControlDirectory(reader), refusals, clock, System::nanoTime);
    bind(metrics, providers.outcomes());
    Gauge.builder("tidings.ingest.refusals.addresses", refusals, AddressRefusals::size)
        .description("Addresses remembered because provider tokens from them were refused.")
        .register(metrics);
    return revoked
        .map(those -> new ProviderGate(providers, those))
        .orElseGet(() -> new ProviderGate(providers));
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
