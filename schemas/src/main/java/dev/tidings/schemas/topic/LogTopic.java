package dev.tidings.schemas.topic;

import static dev.tidings.schemas.topic.TopicRule.Comparison.AT_LEAST;
import static dev.tidings.schemas.topic.TopicRule.Comparison.EXACTLY;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.TopicRule.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic of the log (Kafka's kind; an app's is an {@code AppTopic}, MQTT's an {@code MqttTopic}).
 *
 * @param name as Kafka knows it
 * @param key what the key's bytes are, for documents and tools
 * @param value the type of the value; empty where the bytes are kept as they came
 * @param cleanup how Kafka keeps it
 * @param retention how long, for {@link Cleanup#DELETE} and {@link Cleanup#COMPACT_DELETE}
 * @param width how many partitions it has
 */
public record LogTopic<V extends SpecificRecord>(
    String name,
    String key,
    Optional<Class<V>> value,
    Cleanup cleanup,
    Optional<Duration> retention,
    Width width) {

  /** The configuration that says how long a tombstone can be read. */
  public static final String DELETE_RETENTION = "delete.retention.ms";

  /** The largest record of {@code notifications}, in bytes: Kafka's own default. */
  public static final int MAX_ACCEPTED_BYTES = 1_048_588;

  /** The largest record of every other topic, in bytes. */
  public static final int MAX_RECORD_BYTES = MAX_ACCEPTED_BYTES + (256 << 10);

  private static final int REPLICAS_IN_SYNC = 2;
  private static final Duration TOMBSTONES_KEPT = Duration.ofDays(1);

  /** How Kafka keeps a topic: {@code cleanup.policy}. */
  public enum Cleanup {
    DELETE("delete"),
    COMPACT("compact"),
    COMPACT_DELETE("compact,delete");

    private final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }
  }

  /** How many partitions a topic has. */
  public enum Width {
    /** As many as the others: what has the same key is in the same partition. */
    SHARED,
    /** One: it is small, and every process reads all of it in the same order. */
    ONE
  }

  /**
   * How many partitions it has.
   *
   * @param shared how many those have that have as many as the others
   */
  public int partitions(int shared) {
    return width == Width.ONE ? 1 : shared;
  }

  /** The same topic under a name that begins with this. */
  public LogTopic<V> prefixed(String prefix) {
    return prefix.isEmpty()
        ? this
        : new LogTopic<>(prefix + name, key, value, cleanup, retention, width);
  }

  /** Whether it is what providers write to. */
  public boolean takesNotifications() {
    return value.filter(Notification.class::equals).isPresent();
  }

  /** The subject its values' schema is registered under. */
  public String subject() {
    return name + "-value";
  }

  /** The schema of its values. */
  public Optional<Schema> schema() {
    return value.map(type -> SpecificData.get().getSchema(type));
  }

  /**
   * What it is created with, by Kafka's names, however often it is replicated: see {@link
   * #configs(int)}.
   */
  public Map<String, String> configs() {
    return configs(1);
  }

  /**
   * What it is created with, by Kafka's names.
   *
   * @param replicas how often it is replicated
   */
  public Map<String, String> configs(int replicas) {
    Map<String, String> configs = new LinkedHashMap<>();
    rules(replicas).forEach(rule -> configs.put(rule.config(), rule.expected()));
    return configs;
  }

  /** In which ways a topic of this name is not as it has to be. */
  public List<TopicDifference> compare(FoundTopic found) {
    List<TopicDifference> differences = new ArrayList<>();
    found
        .configs()
        .ifPresent(configs ->
            rules(found.replicas())
                .forEach(rule ->
                    rule.broken(name, Optional.ofNullable(configs.get(rule.config())))
                        .ifPresent(differences::add)));
    return differences;
  }

  private List<TopicRule> rules(int replicas) {
    List<TopicRule> rules = new ArrayList<>();
    boolean forgets = cleanup != Cleanup.COMPACT;
    rules.add(new TopicRule("cleanup.policy", cleanup.policy, EXACTLY, true));
    String kept = retention.map(time -> Long.toString(time.toMillis())).orElse("-1");
    rules.add(new TopicRule("retention.ms", kept, AT_LEAST, forgets));
    rules.add(new TopicRule("retention.bytes", "-1", AT_LEAST, forgets));
    // Retention goes by the records' times. Those of a writer may be of any year, and one whose
    // clock is an hour ahead would be refused.
    rules.add(new TopicRule("message.timestamp.type", "LogAppendTime", EXACTLY, forgets));
    // Else a broker that missed the last records may lead, and they are gone.
    rules.add(new TopicRule("unclean.leader.election.enable", "false", EXACTLY, true));
    // So that "every in-sync replica" is two where there are two.
    String inSync = Integer.toString(Math.min(REPLICAS_IN_SYNC, replicas));
    rules.add(new TopicRule("min.insync.replicas", inSync, AT_LEAST, false));
    rules.add(
        new TopicRule("max.message.bytes", Integer.toString(maxRecordBytes()), AT_LEAST, false));
    if (cleanup != Cleanup.DELETE) {
      // The segment written to is never compacted, and what is no longer wanted in it is restored
      // with the rest. What is forgotten by time anyway, and is much, stays in fewer files.
      rules.add(number("segment.bytes", forgets ? 512L << 20 : 64L << 20));
      rules.add(number("segment.ms", Duration.ofHours(forgets ? 24 : 1).toMillis()));
      rules.add(
          new TopicRule(
              "min.cleanable.dirty.ratio", forgets ? "0.5" : "0.2", Comparison.AT_MOST, false));
      // A service whose tables are older than that restores them.
      rules.add(new TopicRule(DELETE_RETENTION, TOMBSTONES_KEPT.toMillis() + "", AT_LEAST, false));
    }
    return rules;
  }

  private static TopicRule number(String config, long atMost) {
    return new TopicRule(config, Long.toString(atMost), Comparison.AT_MOST, false);
  }

  /** The largest record: what was accepted has to fit, with what is added, into what follows. */
  private int maxRecordBytes() {
    return takesNotifications() ? MAX_ACCEPTED_BYTES : MAX_RECORD_BYTES;
  }

  @Override
  public String toString() {
    return name;
  }
}
