package dev.tidings.ingest;

import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.ingest.limit.ControlledLimits;
import dev.tidings.ingest.limit.LimitKind;
import dev.tidings.ingest.limit.LimitRules;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.net.limit.Rate;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits of what providers may send, as they are configured. */
final class ProviderLimits {
  static final Setting<Integer> TEAM =
      limit(
          "limit.team",
          "Requests a second on behalf of one team, where ./tidings admin limit sets no other; more"
              + " get 429; with auth.providers=keys only; 0: no limit.");
  static final Setting<Integer> KEY =
      limit(
          "limit.key",
          "Requests a second with one credential: a provider's key, an API key or a certificate;"
              + " more get 429; with auth.providers=keys only; 0: no limit.");
  static final Setting<Integer> APP =
      limit(
          "limit.app",
          "Notifications a second to one app, where ./tidings admin limit sets no other; more get"
              + " 429; 0: no limit.");
  static final Setting<Integer> TOKEN =
      limit(
          "limit.token", "Notifications a second to one device token; more get 429; 0: no limit.");
  static final Setting<Integer> ADDRESS =
      limit(
          "limit.address",
          "Requests a second from one address (IPv6: one /64); more get 429; behind a balancer as"
              + " many as all providers need; 0: no limit.");
  static final Setting<Integer> ERASURES =
      Setting.integer(
          "limit.erasures",
          10,
          1,
          1_000,
          "Erasures of devices a second on behalf of one team; ten seconds' worth may come at once;"
              + " more get 429.");
  static final Setting<Integer> BURST_SECONDS =
      Setting.integer(
          "limit.burst.seconds",
          1,
          1,
          Rate.MAX_SECONDS,
          "What so many seconds yield under limit.team, limit.key, limit.app, limit.token or"
              + " limit.address may come at once, after as long a pause.");

  private ProviderLimits() {}

  private static Setting<Integer> limit(String name, String description) {
    return Setting.integer(name, 0, 0, Rate.MAX_PER_SECOND, description);
  }

  /**
   * Returns the limits.
   *
   * @param control has those of single teams and apps; empty if it is not read
   */
  static SendLimits of(Config config, Optional<ControlReader> control, MeterRegistry metrics) {
    LimitRules settings =
        new LimitRules.Fixed(
            rate(config, TEAM),
            rate(config, APP),
            rate(config, KEY),
            rate(config, TOKEN),
            rate(config, ADDRESS));
    LimitRules rules =
        control
            .<LimitRules>map(reader ->
                new ControlledLimits(
                    settings, reader::version, () -> reader.entries(ControlKind.LIMIT)))
            .orElse(settings);
    SendLimits limits = new SendLimits(rules, System::nanoTime);
    for (LimitKind kind : LimitKind.values()) {
      bind(metrics, limits, kind);
    }
    return limits;
  }

  private static @Nullable Rate rate(Config config, Setting<Integer> limit) {
    int perSecond = config.get(limit);
    return perSecond == 0 ? null : new Rate(perSecond, config.get(BURST_SECONDS));
  }

  private static void bind(MeterRegistry metrics, SendLimits limits, LimitKind kind) {
    FunctionCounter.builder("tidings.ingest.limit.refused", limits, each -> each.refused(kind))
        .tag("limit", kind.text())
        .description("Requests answered with 429 because of a limit, by whose limit it is.")
        .register(metrics);
    Gauge.builder("tidings.ingest.limit.buckets", limits, each -> each.used(kind))
        .tag("limit", kind.text())
        .description(
            "Teams, credentials, apps, tokens or addresses remembered because of what they have"
                + " sent.")
        .register(metrics);
    FunctionCounter.builder(
            "tidings.ingest.limit.buckets.forgotten", limits, each -> each.forgotten(kind))
        .tag("limit", kind.text())
        .description("Of these, those that were forgotten too early: there were too many.")
        .register(metrics);
  }
}
