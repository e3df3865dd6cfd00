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
 * A Kafka topic of the log ( an app's is an {@code AppTopic}, MQTT's an {@code MqttTopic}).
 *
 * @param name its name in Kafka
 * @param key a description of the key's bytes, for documents and tools
 * @param value the type of the value; empty if the bytes are stored unchanged
 * @param cleanup how Kafka removes old records
 * @param retention how long records are kept, for {@link Cleanup#DELETE} and {@link
 *     Cleanup#COMPACT_DELETE}
 * @param width whether it has the common number of partitions, or one
 */
public record LogTopic<V extends SpecificRecord>(
    String name,
    String key,
    Optional<Class<V>> value,
    Cleanup cleanup,
    Optional<Duration> retention,
    Width width) {

  /** The configuration of how long a tombstone can be read. */
  public static final String DELETE_RETENTION = "delete.retention.ms";

  /** The largest record of {@code notifications}, in bytes: Kafka's own default. */
  public static final int MAX_ACCEPTED_BYTES = 1_048_588;

  /** The largest record of every other topic, in bytes. */
  public static final int MAX_RECORD_BYTES = MAX_ACCEPTED_BYTES + (256 << 10);

  private static final int REPLICAS_IN_SYNC = 2;
  private static final Duration SEGMENT_OF_LOG = Duration.ofDays(1);
  private static final Duration LATEST_COMPACTION = Duration.ofDays(1);
  private static final Duration TOMBSTONES_KEPT = Duration.ofDays(1);

  /** How Kafka removes old records of a topic: {@code cleanup.policy}. */
  public enum Cleanup {
    DELETE("delete"),
    COMPACT("compact"),
    COMPACT_DELETE("compact,delete");

    private final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }
  }

  /** The number of partitions of a topic. */
  public enum Width {
    /** The common number: records with the same key are in the same partition of each topic. */
    SHARED,
    /** One: it is small, and every process reads all of it in the same order. */
    ONE
  }

  /**
   * Returns its number of partitions.
   *
   * @param shared the common number of partitions
   */
  public int partitions(int shared) {
    return width == Width.ONE ? 1 : shared;
  }

  /** Returns the same topic with this prefix before its name. */
  public LogTopic<V> prefixed(String prefix) {
    return prefix.isEmpty()
        ? this
        : new LogTopic<>(prefix + name, key, value, cleanup, retention, width);
  }

  /** Returns whether providers write to it. */
  public boolean takesNotifications() {
    return cleanup == Cleanup.DELETE && value.filter(Notification.class::equals).isPresent();
  }

  /** Returns the subject under which the schema of its values is registered. */
  public String subject() {
    return name + "-value";
  }

  /** Returns the schema of its values. */
  public Optional<Schema> schema() {
    return value.map(type -> SpecificData.get().getSchema(type));
  }

  /**
   * Returns the configuration it is created with, by Kafka's names, without what depends on the
   * number of replicas: see {@link #configs(int)}.
   */
  public Map<String, String> configs() {
    return configs(1);
  }

  /**
   * Returns the configuration it is created with, by Kafka's names.
   *
   * @param replicas its replication factor
   */
  public Map<String, String> configs(int replicas) {
    Map<String, String> configs = new LinkedHashMap<>();
    rules(replicas).forEach(rule -> configs.put(rule.config(), rule.expected()));
    return configs;
  }

  /** Returns the differences between a found topic and the required configuration. */
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
    // Retention depends on the records' timestamps. A producer's timestamp may be of any year, and
    // a producer whose clock is an hour ahead would be refused.
    rules.add(new TopicRule("message.timestamp.type", "LogAppendTime", EXACTLY, forgets));
    // Otherwise a broker that missed the last records may become leader, and they are lost.
    rules.add(new TopicRule("unclean.leader.election.enable", "false", EXACTLY, true));
    // So that "every in-sync replica" is two where there are two.
    String inSync = Integer.toString(Math.min(REPLICAS_IN_SYNC, replicas));
    rules.add(new TopicRule("min.insync.replicas", inSync, AT_LEAST, false));
    rules.add(
        new TopicRule("max.message.bytes", Integer.toString(maxRecordBytes()), AT_LEAST, false));
    if (cleanup == Cleanup.DELETE) {
      // A segment is deleted as a whole, when its last record is old enough: by default, a record
      // of a quiet topic would be kept for twice as long as it has to be.
      rules.add(number("segment.ms", SEGMENT_OF_LOG.toMillis()));
    } else {
      // The active segment is never compacted, and obsolete records in it are restored with the
      // rest. Large topics whose records are also deleted by time stay in fewer files.
      rules.add(number("segment.bytes", forgets ? 512L << 20 : 64L << 20));
      rules.add(number("segment.ms", Duration.ofHours(forgets ? 24 : 1).toMillis()));
      rules.add(
          new TopicRule(
              "min.cleanable.dirty.ratio", forgets ? "0.5" : "0.2", Comparison.AT_MOST, false));
      if (!forgets) {
        // What was overwritten or removed is gone after this time, however little else is written.
        rules.add(number("max.compaction.lag.ms", LATEST_COMPACTION.toMillis()));
      }
      // A service whose tables are older than this restores them from the log.
      rules.add(new TopicRule(DELETE_RETENTION, TOMBSTONES_KEPT.toMillis() + "", AT_LEAST, false));
    }
    return rules;
  }

  private static TopicRule number(String config, long atMost) {
    return new TopicRule(config, Long.toString(atMost), Comparison.AT_MOST, false);
  }

  /**
   * Returns the largest record: an accepted notification, with the fields added later, must fit
   * into each following topic.
   */
  private int maxRecordBytes() {
    return takesNotifications() ? MAX_ACCEPTED_BYTES : MAX_RECORD_BYTES;
  }

  @Override
  public String toString() {
    return name;
  }
}
