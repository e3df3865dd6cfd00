package dev.tidings.service.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The Kafka settings on which a guarantee depends, and their values. An operator who gives one of
 * them another value is refused by name: ignoring it silently would suggest that it has an effect.
 * Immutable.
 */
public final class KafkaGuarantees implements PassThroughCheck {
  /** Prefixes of settings for the individual clients within Kafka Streams. */
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  /** The prefix of the settings of topics that Kafka Streams creates: ours are made beforehand. */
  private static final String TOPIC_PREFIX = "topic.";

  /** The expectation where an operator has no choice. */
  public static final String OURS = "not to be set: Tidings decides it";

  /** Those of every service. */
  public static final KafkaGuarantees COMMON =
      new KafkaGuarantees(Map.of())
          // On every in-sync replica, once and in order.
          .fixed("acks", "all", "-1")
          .fixed("enable.idempotence", "true")
          .fixed("max.in.flight.requests.per.connection", "1", "2", "3", "4", "5")
          .fixed("partitioner.ignore.keys", "false")
          // All that was committed, from the beginning, undamaged.
          .fixed("isolation.level", "read_committed")
          .fixed("auto.offset.reset", "earliest")
          .fixed("enable.auto.commit", "false")
          .fixed("allow.auto.create.topics", "false")
          .fixed("check.crcs", "true")
          .fixed("group.protocol", "classic")
          .fixed("processing.guarantee", "at_least_once")
          // Partition and order of records.
          .refused(
              OURS,
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
              "default.value.serde")
          // Assignment of partitions to consumers.
          .refused(
              OURS,
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
              "application.server")
          // Reaction to errors.
          .refused(
              OURS,
              "deserialization.exception.handler",
              "default.deserialization.exception.handler",
              "production.exception.handler",
              "default.production.exception.handler",
              "processing.exception.handler",
              "processing.exception.handler.global.enabled")
          .refused("the setting instance.id, without kafka.", "client.id")
          .refused("the setting group.instance.id, without kafka.", "group.instance.id")
          .refused("the setting state.dir, without kafka.", "state.dir")
          .refused("the setting num.stream.threads, where a service has it", "num.stream.threads")
          .refused(
              "the setting num.standby.replicas, where a service has it", "num.standby.replicas");

  private final Map<String, Rule> rules;

  /**
   * The rule for one setting.
   *
   * @param accepted the accepted values, ours first; none if the setting is refused with any value
   */
  private record Rule(List<String> accepted, String expected) {}

  private KafkaGuarantees(Map<String, Rule> rules) {
    this.rules = Map.copyOf(rules);
  }

  private KafkaGuarantees with(String name, Rule rule) {
    Map<String, Rule> more = new HashMap<>(rules);
    more.put(name, rule);
    return new KafkaGuarantees(more);
  }

  /**
   * Returns these guarantees and one more: a setting that only has this value.
   *
   * @param value in lower case
   * @param same other values that are as good, in lower case
   */
  public KafkaGuarantees fixed(String name, String value, String... same) {
    List<String> accepted = new ArrayList<>(List.of(value));
    accepted.addAll(List.of(same));
    return with(name, new Rule(List.copyOf(accepted), String.join(" or ", accepted)));
  }

  /**
   * Returns these guarantees and more: settings that are refused with any value.
   *
   * @param expected what an operator has to do instead
   */
  public KafkaGuarantees refused(String expected, String... names) {
    KafkaGuarantees all = this;
    for (String name : names) {
      all = all.with(name, new Rule(List.of(), expected));
    }
    return all;
  }

  /**
   * Returns the value that our clients have.
   *
   * @throws IllegalArgumentException if the setting has no fixed value: a programming error
   */
  public String value(String name) {
    Rule rule = rules.get(name);
    if (rule == null || rule.accepted().isEmpty()) {
      throw new IllegalArgumentException(
          "Kafka setting: " + name + " (expected: one that a guarantee fixes)");
    }
    return rule.accepted().getFirst();
  }

  @Override
  public Optional<String> expected(String name, String value) {
    if (name.startsWith(TOPIC_PREFIX)) {
      return Optional.of(OURS);
    }
    Rule rule = rules.get(withoutPrefix(name));
    return rule == null || rule.accepted().contains(value.strip().toLowerCase(Locale.ROOT))
        ? Optional.empty()
        : Optional.of(rule.expected());
  }

  private static String withoutPrefix(String name) {
    return PREFIXES.stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }
}
