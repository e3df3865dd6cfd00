package dev.tidings.service.start;

import static java.util.Objects.requireNonNull;

import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopic.Width;
import dev.tidings.schemas.topic.TopicDifference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * The topics of a service as the brokers have them.
 *
 * @param wanted the topics that it uses
 * @param found the topics that exist, by name
 */
public record TopicsFound(List<LogTopic<?>> wanted, Map<String, FoundTopic> found) {

  public TopicsFound {
    wanted = List.copyOf(wanted);
    found = Map.copyOf(found);
  }

  /** Returns the names of the topics that do not exist. */
  public List<String> missing() {
    return wanted.stream()
        .map(LogTopic::name)
        .filter(name -> !found.containsKey(name))
        .sorted()
        .toList();
  }

  /**
   * Returns the common number of partitions: records with the same key must be in the same
   * partition.
   */
  public int partitions() {
    return wanted.stream()
        .filter(topic -> topic.width() == Width.SHARED && found.containsKey(topic.name()))
        .findFirst()
        .map(topic -> requireNonNull(found.get(topic.name())).partitions())
        .orElse(0);
  }

  /** Returns the ids of the topics that exist, by name. */
  public Map<String, Uuid> ids() {
    return found.values().stream()
        .collect(Collectors.toMap(FoundTopic::name, topic -> Uuid.fromString(topic.id())));
  }

  /** Returns the replication factor of a topic; the brokers' default (-1) if it does not exist. */
  public short replicas(String topic) {
    FoundTopic there = found.get(topic);
    return there == null ? -1 : (short) there.replicas();
  }

  /**
   * Returns how long a tombstone can be read: the shortest time of these topics. Older tables may
   * contain entries that have been deleted since.
   */
  public Duration tombstonesKept() {
    return found.values().stream()
        .flatMap(topic -> topic.configs().stream())
        .filter(configs -> configs.getOrDefault("cleanup.policy", "").contains("compact"))
        .map(configs -> configs.getOrDefault(LogTopic.DELETE_RETENTION, "86400000"))
        .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
        .min(Duration::compareTo)
        .orElse(Duration.ofDays(1));
  }

  /**
   * Returns the differences between the topics and their required configuration.
   *
   * @param partitions the required number for topics that share one; empty: any
   */
  public List<TopicDifference> differences(Optional<Integer> partitions) {
    List<TopicDifference> differences = new ArrayList<>();
    for (LogTopic<?> topic : wanted) {
      FoundTopic there = found.get(topic.name());
      if (there != null) {
        partitions
            .map(topic::partitions)
            .or(() -> topic.width() == Width.ONE ? Optional.of(1) : Optional.empty())
            .filter(expected -> expected != there.partitions())
            .ifPresent(expected ->
                differences.add(
                    new TopicDifference(
                        topic.name(),
                        "partitions",
                        Integer.toString(there.partitions()),
                        expected.toString(),
                        true)));
        differences.addAll(topic.compare(there));
        weaker(there).ifPresent(differences::add);
      }
    }
    return differences;
  }

  /**
   * Returns a difference if a topic has fewer replicas than the others: the least replicated topic
   * can lose accepted notifications.
   */
  private Optional<TopicDifference> weaker(FoundTopic topic) {
    int expected =
        wanted.stream()
            .filter(LogTopic::takesNotifications)
            .flatMap(taking -> Stream.ofNullable(found.get(taking.name())))
            .map(FoundTopic::replicas)
            .findFirst()
            .orElseGet(
                () -> found.values().stream().mapToInt(FoundTopic::replicas).max().orElse(1));
    return topic.replicas() >= expected
        ? Optional.empty()
        : Optional.of(
            new TopicDifference(
                topic.name(),
                "replicas",
                Integer.toString(topic.replicas()),
                "at least " + expected + ", as the others have",
                false));
  }

  /** Returns the number of partitions of each topic, in words, if they differ. */
  Optional<String> unequal() {
    Map<String, Integer> counts =
        new TreeMap<>(
            wanted.stream()
                .filter(topic -> topic.width() == Width.SHARED)
                .flatMap(topic -> Stream.ofNullable(found.get(topic.name())))
                .collect(Collectors.toMap(FoundTopic::name, FoundTopic::partitions)));
    return Set.copyOf(counts.values()).size() <= 1
        ? Optional.empty()
        : Optional.of("partitions: " + counts + " (expected: every topic has as many)");
  }
}
