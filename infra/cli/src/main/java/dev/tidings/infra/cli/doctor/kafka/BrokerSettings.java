package dev.tidings.infra.cli.doctor.kafka;

import dev.tidings.infra.cli.doctor.check.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Whether the brokers' own settings keep what was accepted. The topics have theirs, which count
 * more; these count for topics that Kafka makes itself, and for offsets.
 */
final class BrokerSettings {
  private static final String WHAT = "broker settings";

  /** A service that was away for so long goes on where it was, and not from the beginning. */
  private static final Duration OFFSETS_KEPT = Duration.ofDays(7);

  private BrokerSettings() {}

  static List<Check> check(Admin admin, Brokers brokers)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, Config> configs = admin.describeConfigs(brokers.resources()).all().get();
    List<Check> checks = new ArrayList<>();
    configs.forEach((broker, config) -> checks.addAll(findings(broker.name(), config, brokers)));
    return checks.isEmpty()
        ? List.of(
            Check.sound(
                WHAT,
                "records and offsets have %d replicas%s, %d of them in sync; offsets are kept for"
                        .formatted(
                            brokers.replicas(),
                            brokers.nodes().size() == 1 ? " (one broker)" : "",
                            brokers.inSync())
                    + " %d days or longer".formatted(OFFSETS_KEPT.toDays())))
        : checks;
  }

  /** Returns what is wrong with the settings of a broker. */
  static List<Check> findings(String broker, Config config, Brokers brokers) {
    List<Check> findings = new ArrayList<>();
    if ("true".equals(value(config, "unclean.leader.election.enable"))) {
      findings.add(
          failed(
              broker,
              "unclean.leader.election.enable: true (expected: false)",
              "set it to false: a broker that missed records could become leader, and they are"
                  + " lost"));
    }
    number(broker, config, "default.replication.factor", brokers.replicas(), findings);
    number(broker, config, "offsets.topic.replication.factor", brokers.replicas(), findings);
    number(
        broker, config, "transaction.state.log.replication.factor", brokers.replicas(), findings);
    number(broker, config, "min.insync.replicas", brokers.inSync(), findings);
    long kept = Math.max(1, OFFSETS_KEPT.toMinutes());
    number(broker, config, "offsets.retention.minutes", kept, findings);
    if ("true".equals(value(config, "auto.create.topics.enable"))) {
      findings.add(
          Check.weak(
              WHAT,
              "broker %s: auto.create.topics.enable: true (expected: false)".formatted(broker),
              "set it to false: a mistyped name makes a topic, with the brokers' defaults"));
    }
    return findings;
  }

  private static void number(
      String broker, Config config, String name, long least, List<Check> findings) {
    String value = value(config, name);
    if (!value.isEmpty() && Long.parseLong(value) < least) {
      findings.add(
          failed(
              broker,
              "%s: %s (expected: at least %d)".formatted(name, value, least),
              "set %s=%d in the brokers' server.properties, and restart one after the other"
                  .formatted(name, least)));
    }
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }

  private static Check failed(String broker, String words, String fix) {
    return Check.failed(WHAT, "broker " + broker + ": " + words, fix);
  }
}
