package dev.tidings.service.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The Kafka settings that an operator must not change, because a guarantee depends on them. They
 * are refused by name: ignoring them silently would suggest that they have an effect.
 */
final class KafkaSettings {
  /** Prefixes of settings for the individual clients within Kafka Streams. */
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  private static final String OURS = "not to be set: Tidings decides it";

  /** Settings that are refused with any value, and the reason. */
  private static final Map<String, String> REFUSED = refused();

  /** Harmless values of settings whose other values are refused. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("acks", Set.of("all", "-1")),
          Map.entry("enable.idempotence", Set.of("true")),
          Map.entry("partitioner.ignore.keys", Set.of("false")),
          Map.entry("max.in.flight.requests.per.connection", Set.of("1", "2", "3", "4", "5")),
          Map.entry("isolation.level", Set.of("read_committed")),
          Map.entry("auto.offset.reset", Set.of("earliest")),
          Map.entry("enable.auto.commit", Set.of("false")),
          Map.entry("allow.auto.create.topics", Set.of("false")),
          Map.entry("check.crcs", Set.of("true")),
          Map.entry("group.protocol", Set.of("classic")),
          Map.entry("processing.guarantee", Set.of("at_least_once")));

  private KafkaSettings() {}

  private static Map<String, String> refused() {
    Map<String, String> refused = new LinkedHashMap<>();
    for (String name :
        List.of(
            // Partition and order of records.
            "partitioner.class",
            "partitioner.adaptive.partitioning.enable",
            "partition.grouper",
            "transactional.id",
            "transaction.two.phase.commit.enable",
            "retries",
            "delivery.timeout.ms",
            "interceptor.classes",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer",
            "default.key.serde",
            "default.value.serde",
            // Assignment of partitions to consumers.
            "group.id",
            "application.id",
            "partition.assignment.strategy",
            "group.remote.assignor",
            "task.assignor.class",
            "exclude.internal.topics",
            "default.timestamp.extractor",
            "replication.factor",
            "topology.optimization",
            "rack.aware.assignment.strategy",
            "rocksdb.config.setter",
            "dsl.store.suppliers.class",
            "default.dsl.store",
            "processor.wrapper.class",
            "default.client.supplier",
            "application.server",
            // Reaction to errors.
            "deserialization.exception.handler",
            "default.deserialization.exception.handler",
            "production.exception.handler",
            "default.production.exception.handler",
            "processing.exception.handler",
            "processing.exception.handler.global.enabled")) {
      refused.put(name, OURS);
    }
    refused.put("group.instance.id", "the setting group.instance.id, without kafka.");
    refused.put("state.dir", "the setting state.dir, without kafka.");
    refused.put("num.stream.threads", "the setting num.stream.threads, where a service has it");
    refused.put("num.standby.replicas", "the setting num.standby.replicas, where a service has it");
    return Map.copyOf(refused);
  }

  /**
   * Checks the passed-through settings and returns them.
   *
   * @param prefix their prefix in a configuration, with its dot
   * @param kafka the passed-through settings, without the prefix
   * @throws ConfigException naming each setting that an operator must not change
   */
  static Map<String, String> checked(String prefix, Map<String, String> kafka) {
    List<String> problems = new ArrayList<>();
    kafka.forEach((key, value) -> {
      String name = plain(key);
      String why = REFUSED.get(name);
      if (why != null) {
        problems.add(Problems.line(prefix + key, value, why));
        return;
      }
      Set<String> allowed = ALLOWED.get(name);
      if (allowed != null && !allowed.contains(value.strip().toLowerCase(Locale.ROOT))) {
        String expected = String.join(" or ", allowed.stream().sorted().toList());
        problems.add(Problems.line(prefix + key, value, expected));
      }
    });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.stream().sorted().toList());
    }
    return kafka;
  }

  private static String plain(String key) {
    return PREFIXES.stream()
        .filter(key::startsWith)
        .findFirst()
        .map(prefix -> key.substring(prefix.length()))
        .orElse(key);
  }
}
