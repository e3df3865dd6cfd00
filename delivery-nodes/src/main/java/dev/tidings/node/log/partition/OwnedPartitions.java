package dev.tidings.node.log.partition;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that are being read, and which of them the consumer is assigned: all that are not
 * suspended. For the reader's thread, except {@link #trouble}.
 */
public final class OwnedPartitions {
  /** The pause after a failure that may be over at once. */
  public static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final Logger LOG = LoggerFactory.getLogger(OwnedPartitions.class);

  private final ReaderConsumer consumer;
  private final ReaderMeters meters;
  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private volatile String trouble = "";

  public OwnedPartitions(ReaderConsumer consumer, ReaderMeters meters) {
    this.consumer = consumer;
    this.meters = meters;
  }

  public @Nullable OwnedPartition find(TopicPartition partition) {
    return owned.get(partition);
  }

  public Collection<OwnedPartition> all() {
    return owned.values();
  }

  /** Returns a copy, for callers that may add or remove some. */
  public List<OwnedPartition> snapshot() {
    return List.copyOf(owned.values());
  }

  /** Returns how many bytes all of them have in memory. */
  long bytes() {
    long bytes = 0;
    for (OwnedPartition reading : owned.values()) {
      bytes += reading.sink().bytes();
    }
    return bytes;
  }

  public boolean isEmpty() {
    return owned.isEmpty();
  }

  public int size() {
    return owned.size();
  }

  /** Adds a partition. The consumer is not assigned it yet. */
  public void add(OwnedPartition reading) {
    owned.put(reading.partition(), reading);
  }

  /** Removes a partition. It stays assigned to the consumer until {@link #assign}. */
  public void remove(TopicPartition partition) {
    owned.remove(partition);
  }

  // ---- What the consumer is assigned ----------------------------------------------------------

  /** Assigns all partitions that are not suspended, and no others. */
  public void assign() {
    consumer.get().assign(assignable());
  }

  /** Assigns another partition as well, which is not added yet. */
  public void assignWith(TopicPartition partition) {
    Set<TopicPartition> all = assignable();
    all.add(partition);
    consumer.get().assign(all);
  }

  /** Assigns a partition anew, so that the consumer discards the records it has fetched. */
  public void reassign(OwnedPartition reading) {
    Set<TopicPartition> others = assignable();
    others.remove(reading.partition());
    consumer.get().assign(others);
    assign();
  }

  private Set<TopicPartition> assignable() {
    return owned.values().stream()
        .filter(reading -> !reading.isSuspended())
        .map(OwnedPartition::partition)
        .collect(Collectors.toSet());
  }

  /** Continues every partition at its position, except for the suspended ones. */
  public void seekAll() {
    for (OwnedPartition reading : owned.values()) {
      if (consumer.get().assignment().contains(reading.partition())) {
        consumer.get().seek(reading.partition(), reading.next());
      }
    }
  }

  // ---- Suspending -----------------------------------------------------------------------------

  /**
   * Suspends one partition; the others continue. It is unassigned meanwhile, so that the consumer
   * discards the records it has fetched.
   */
  public void suspend(OwnedPartition reading, long nanos, String why) {
    // Logged at doubling intervals: the failure may last for hours.
    if (Integer.bitCount(reading.attempts() + 1) == 1) {
      LOG.warn(
          "{} is suspended at offset {} and retried later: {}",
          reading.partition(),
          reading.next(),
          why);
    }
    reading.suspend(System.nanoTime() + nanos, why);
    assign();
    tellTrouble();
  }

  /** A suspended partition has been read again. */
  public void recovered(OwnedPartition reading) {
    reading.isWell();
    tellTrouble();
  }

  private void tellTrouble() {
    List<String> all =
        owned.values().stream()
            .filter(reading -> reading.trouble().isPresent())
            .map(reading ->
                "%s cannot be read at offset %d: %s"
                    .formatted(
                        reading.partition(), reading.next(), reading.trouble().orElseThrow()))
            .toList();
    meters.suspended(all.size());
    trouble = String.join("; ", all);
  }

  /** Returns which partitions cannot be read and why; empty if all can. Thread-safe. */
  public String trouble() {
    return trouble;
  }
}
