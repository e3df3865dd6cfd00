package dev.tidings.node.log.start;

import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderMeters;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions whose start has failed: why, and when each is tried again. The pauses double,
 * because a failure may last for hours. For the reader's thread, except {@link #trouble}.
 */
final class LookupRetries {
  /** Whose lookup has failed: it holds up nobody, so a leader that is back is soon found. */
  static final Duration LOOKUP = Duration.ofSeconds(5);

  /** Whose leader kept the reader's thread waiting. */
  static final Duration WAITED_FOR = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(LookupRetries.class);
  private static final int MOST_DOUBLINGS = 16;
  private static final int MOST_NAMED = 8;

  private final ReaderMeters meters;
  private final Map<TopicPartition, Failure> failures =
      new TreeMap<>(
          Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
  private volatile String trouble = "";

  /**
   * @param count the number of attempts that have failed
   * @param waiting whether the next attempt is to be made, at {@code at}; otherwise it is under way
   */
  private record Failure(int count, String why, boolean waiting, long at) {}

  LookupRetries(ReaderMeters meters) {
    this.meters = meters;
  }

  /** Returns the pause after so many failed attempts. */
  static long pauseNanos(int failed, Duration longest) {
    long doubled = OwnedPartitions.RETRY_NANOS << Math.clamp(failed - 1, 0, MOST_DOUBLINGS);
    return Math.min(doubled, longest.toNanos());
  }

  /**
   * An attempt has failed.
   *
   * @param longest the longest pause until the next one
   */
  void failed(TopicPartition partition, String why, Duration longest, long now) {
    Failure before = failures.getOrDefault(partition, new Failure(0, "", false, 0));
    int count = before.count() + 1;
    failures.put(partition, new Failure(count, why, true, now + pauseNanos(count, longest)));
    if (Integer.bitCount(count) == 1) {
      LOG.warn("{} cannot be started, it is retried ({} times so far): {}", partition, count, why);
    }
    tell();
  }

  /** Returns the partitions that are to be tried now. Each counts as under way from here on. */
  List<TopicPartition> due(long now) {
    if (failures.isEmpty()) {
      return List.of();
    }
    List<TopicPartition> due =
        failures.entrySet().stream()
            .filter(entry -> entry.getValue().waiting() && now - entry.getValue().at() >= 0)
            .map(Map.Entry::getKey)
            .toList();
    due.forEach(partition ->
        failures.computeIfPresent(
            partition, (key, was) -> new Failure(was.count(), was.why(), false, 0)));
    return due;
  }

  /** The partition has been started, or is not this node's any more. */
  void forget(TopicPartition partition) {
    if (failures.remove(partition) != null) {
      tell();
    }
  }

  private void tell() {
    meters.unstarted(failures.size());
    String named =
        failures.entrySet().stream()
            .limit(MOST_NAMED)
            .map(entry -> entry.getKey() + " cannot be started: " + entry.getValue().why())
            .collect(Collectors.joining("; "));
    int others = failures.size() - MOST_NAMED;
    trouble = others > 0 ? named + "; and " + others + " others" : named;
  }

  /** Returns which partitions cannot be started and why; empty if all can. Thread-safe. */
  String trouble() {
    return trouble;
  }
}
