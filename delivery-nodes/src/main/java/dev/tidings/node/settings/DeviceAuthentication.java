package dev.tidings.node.settings;

import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.auth.device.Outcomes;
import dev.tidings.auth.device.certificate.CertificateDevices;
import dev.tidings.auth.device.jwt.IssuerDirectory;
import dev.tidings.auth.device.jwt.IssuerSetting;
import dev.tidings.auth.device.jwt.JwtDevices;
import dev.tidings.auth.device.jwt.JwtDevicesService;
import dev.tidings.auth.device.jwt.JwtSettings;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The authentication of devices, as it is configured.
 *
 * @param jwt which tokens are accepted; empty in every mode but {@code jwt}
 */
public record DeviceAuthentication(Mode mode, Optional<JwtSettings> jwt) {
  /** What the setting may say. */
  public enum Mode {
    OPEN,
    JWT,
    MTLS
  }

  static final Setting<Mode> MODE =
      Setting.choice(
          "auth.devices",
          Mode.class,
          Mode.OPEN,
          "How devices prove who they are: open: not at all; jwt: by a JSON Web Token whose sub is"
              + " the client id; mtls: by a certificate of mqtt.tls.client.ca that names it, on the"
              + " ports with TLS.");
  static final Setting<List<String>> ISSUERS =
      Setting.list(
          "auth.devices.issuers",
          List.of(),
          "For jwt: who may sign the tokens, besides those that tidings admin issuer enters:"
              + " ISSUER=FILE or ISSUER=URL of a JWKS, separated by commas; ISSUER is the tokens'"
              + " iss.");
  static final Setting<Optional<String>> AUDIENCE =
      Setting.optionalText(
          "auth.devices.audience", "For jwt: what the tokens' aud has to contain, if anything.");
  static final Setting<List<String>> TRUSTED_HOSTS =
      Setting.list(
          "auth.devices.trusted.hosts",
          List.of(),
          "For jwt: hosts of issuers' URLs that may be at private addresses, and asked by http.");

  private static final RefusalLimits REFUSALS = RefusalLimits.DEFAULTS;

  static final Setting<Integer> REFUSALS_BURST =
      Setting.integer(
          "auth.devices.refusals.burst",
          REFUSALS.burst(),
          1,
          1_000_000,
          "How many refused credentials from one address (IPv6: one /64) are answered at once; the"
              + " answers to more are delayed, by up to 10 s; behind a balancer as many as all its"
              + " devices may have at once.");
  static final Setting<Integer> REFUSALS_PER_SECOND =
      Setting.integer(
          "auth.devices.refusals.per.second",
          REFUSALS.perSecond(),
          1,
          1_000_000,
          "How many more in a second; behind a balancer as many as all its devices may have.");
  static final Setting<Integer> CHECKS_PER_SECOND =
      Setting.integer(
          "auth.devices.checks.per.second",
          REFUSALS.checksPerSecond(),
          1,
          1_000_000,
          "How many credentials of an address that is over these are checked in a second, beside"
              + " those that are good; the connections of the others are closed; behind a balancer"
              + " as many as max.connects.per.second.");

  private static final Duration SOON = Duration.ofSeconds(5);

  /**
   * Reads the settings.
   *
   * @throws ConfigException if they do not fit together
   */
  static DeviceAuthentication of(Config config) {
    List<String> texts = config.get(ISSUERS);
    Mode mode = config.get(MODE);
    if (mode != Mode.JWT) {
      if (!texts.isEmpty()) {
        throw ConfigException.of(
            MODE, mode.name().toLowerCase(Locale.ROOT), "jwt, since " + ISSUERS + " is set");
      }
      return new DeviceAuthentication(mode, Optional.empty());
    }
    Set<String> trustedHosts = Set.copyOf(config.get(TRUSTED_HOSTS));
    List<IssuerSetting> issuers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : texts) {
      IssuerSetting issuer = issuer(text, trustedHosts);
      if (!names.add(issuer.name())) {
        throw ConfigException.of(ISSUERS, text, "each issuer once");
      }
      issuers.add(issuer);
    }
    return new DeviceAuthentication(
        mode, Optional.of(new JwtSettings(issuers, config.get(AUDIENCE), trustedHosts)));
  }

  /** Returns whether devices have to prove who they are. */
  static boolean isRequired(Config config) {
    return config.get(MODE) != Mode.OPEN;
  }

  /** Returns the limits of addresses from which credentials are refused. */
  static RefusalLimits refusals(Config config) {
    return new RefusalLimits(
        config.get(REFUSALS_BURST),
        config.get(REFUSALS_PER_SECOND),
        config.get(CHECKS_PER_SECOND),
        REFUSALS.maxDelay(),
        REFUSALS.maxWaiting(),
        REFUSALS.maxAddresses());
  }

  private static IssuerSetting issuer(String text, Set<String> trustedHosts) {
    try {
      return IssuerSetting.read(text, trustedHosts);
    } catch (IllegalArgumentException e) {
      throw ConfigException.of(ISSUERS, text, IssuerSetting.EXPECTED);
    }
  }

  /**
   * What decides about devices.
   *
   * @param whenIssuersChange takes what is to be done each time when an issuer has ended, or
   *     vouches for other apps than before
   */
  public record Started(DeviceAuthenticator devices, Consumer<Runnable> whenIssuersChange) {}

  /**
   * Starts what decides about devices.
   *
   * @param entered starts following the issuers that administrators enter
   */
  public Started start(
      Lifecycle lifecycle,
      Readiness readiness,
      MeterRegistry metrics,
      Supplier<IssuerDirectory> entered,
      InstantSource clock) {
    return switch (mode) {
      case OPEN -> new Started(new OpenDevices(), _ -> {});
      case MTLS -> {
        CertificateDevices devices = new CertificateDevices(clock);
        bind(
            metrics,
            "tidings.node.certificates.checked",
            "Certificates of devices that were checked, by what was decided.",
            devices.outcomes());
        yield new Started(devices, _ -> {});
      }
      case JWT -> {
        JwtDevicesService service =
            JwtDevicesService.start(jwt.orElseThrow(), entered.get(), clock);
        lifecycle.onStop("device tokens", SOON, service::close);
        JwtDevices devices = service.devices();
        readiness.add("issuers", () -> Health.unless(devices.wrong()));
        bind(metrics, devices);
        yield new Started(devices, service::whenIssuersChange);
      }
    };
  }

  private static void bind(MeterRegistry metrics, JwtDevices devices) {
    bind(
        metrics,
        "tidings.node.tokens.checked",
        "Tokens of devices that were checked, by what was decided.",
        devices.outcomes());
    Gauge.builder("tidings.node.issuers.without.keys", devices, JwtDevices::issuersWithoutKeys)
        .description("Issuers of devices' tokens of which no key is known.")
        .register(metrics);
  }

  private static void bind(
      MeterRegistry metrics, String name, String description, Outcomes outcomes) {
    FunctionCounter.builder(name, outcomes, Outcomes::accepted)
        .tag("outcome", "accepted")
        .description(description)
        .register(metrics);
    for (RefusalReason reason : RefusalReason.values()) {
      FunctionCounter.builder(name, outcomes, each -> each.refused(reason))
          .tag("outcome", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .description(description)
          .register(metrics);
    }
  }
}
