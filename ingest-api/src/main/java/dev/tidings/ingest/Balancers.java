package dev.tidings.ingest;

import dev.tidings.http.HttpService;
import dev.tidings.ingest.forwarded.ForwardedClients;
import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;

/** The balancers whose word on a client's address counts, as they are configured. */
final class Balancers {
  static final Setting<List<String>> PROVIDERS =
      Setting.list(
          "proxy.trusted",
          List.of(),
          "Addresses and networks (10.0.0.0/8) of balancers that speak the PROXY protocol (v1 or"
              + " v2) on http.port and https.port, separated by commas: each of their connections"
              + " has to begin with a header, and the address in it counts as the provider's. From"
              + " all others none is read.");
  static final Setting<List<String>> ADMINISTRATORS =
      Setting.list(
          "admin.proxy.trusted",
          List.of(),
          "The same of balancers in front of admin.port, which need not be those of"
              + " proxy.trusted.");
  static final Setting<List<String>> FORWARDED =
      Setting.list(
          "forwarded.trusted",
          List.of(),
          "Addresses and networks of balancers that speak HTTP and name their client in the"
              + " Forwarded field (RFC 7239), on http.port and https.port, separated by commas: the"
              + " last address in it that is not in this list counts as the provider's. Of all"
              + " others it is ignored.");
  static final Setting<List<String>> ADMINISTRATORS_FORWARDED =
      Setting.list(
          "admin.forwarded.trusted",
          List.of(),
          "The same of balancers in front of admin.port, which need not be those of"
              + " forwarded.trusted.");

  private Balancers() {}

  /**
   * Checks the settings, before anything is started.
   *
   * @throws ConfigException if one names something else
   */
  static void check(Config config) {
    for (Setting<List<String>> each :
        List.of(PROVIDERS, ADMINISTRATORS, FORWARDED, ADMINISTRATORS_FORWARDED)) {
      var _ = AddressRanges.of(config, each);
    }
  }

  /** Puts a service behind the balancers that speak HTTP. */
  static HttpService forwarded(Config config, Setting<List<String>> setting, HttpService service) {
    return ForwardedClients.behind(AddressRanges.of(config, setting), service);
  }

  /**
   * Returns those of a port that speak the PROXY protocol.
   *
   * @param headerTimeout how long a header may take
   */
  static TrustedProxies of(
      Config config,
      Setting<List<String>> setting,
      Duration headerTimeout,
      String port,
      MeterRegistry metrics) {
    Counter refused =
        Counter.builder("tidings.ingest.proxy.refused")
            .description("Connections of trusted proxies that did not begin with a PROXY header.")
            .tag("port", port)
            .register(metrics);
    return new TrustedProxies(AddressRanges.of(config, setting), headerTimeout, refused::increment);
  }
}
