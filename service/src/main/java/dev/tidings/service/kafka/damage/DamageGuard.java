package dev.tidings.service.kafka.damage;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads on in all partitions but one whose next batch is damaged: there {@code poll} would fail for
 * ever, with every partition of the consumer. That partition is paused, and fetched again or
 * skipped as {@link DamagedRecord} says. For one thread.
 */
final class DamageGuard {
  private final Reading reading;
  private final DamagedPartitions told;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Damaged> damaged = new HashMap<>();

  /** What was paused by the consumer's owner while a partition was fetched again. */
  private final Set<TopicPartition> pausedMeanwhile = new HashSet<>();

  /** The part of a consumer that is used. */
  interface Reading {
    ConsumerRecords<byte[], byte[]> poll(Duration timeout);

    void pause(Collection<TopicPartition> partitions);

    void resume(Collection<TopicPartition> partitions);

    Set<TopicPartition> paused();

    Set<TopicPartition> assignment();

    /**
     * Does not wait long for one that has none.
     *
     * @throws TimeoutException if it has none
     */
    long position(TopicPartition partition);

    void seek(TopicPartition partition, long offset);
  }

  /** A partition whose record at the offset could not be read. */
  private static final class Damaged {
    private final DamagedRecord record;
    private boolean paused;
    private boolean ownerPaused;
    private long due;

    private Damaged(boolean skips) {
      record = new DamagedRecord(skips);
    }

    private long offset() {
      return record.offset();
    }
  }

  DamageGuard(Reading reading, DamagedPartitions told, LongSupplier nanoTime) {
    this.reading = reading;
    this.told = told;
    this.nanoTime = nanoTime;
  }

  /** As a consumer's, but does not fail because of a damaged batch. */
  ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    forget();
    for (TopicPartition partition : Set.copyOf(damaged.keySet())) {
      fetchAgain(partition);
    }
    try {
      ConsumerRecords<byte[], byte[]> records = reading.poll(timeout);
      goOn();
      return records;
    } catch (KafkaException e) {
      handle(e);
      return ConsumerRecords.empty();
    }
  }

  /** As a consumer's: the owner does not want records of these. */
  void pause(Collection<TopicPartition> partitions) {
    reading.pause(partitions);
    pausedMeanwhile.addAll(partitions);
    partitions.forEach(partition -> ownerPaused(partition, true));
  }

  /** As a consumer's; what is damaged stays paused. */
  void resume(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> ownerPaused(partition, false));
    pausedMeanwhile.removeAll(partitions);
    reading.resume(partitions.stream().filter(partition -> !isHeld(partition)).toList());
  }

  /** As a consumer's: what the owner has paused. */
  Set<TopicPartition> paused() {
    Set<TopicPartition> all = new HashSet<>(reading.paused());
    damaged.forEach((partition, state) -> {
      if (state.paused && !state.ownerPaused) {
        all.remove(partition);
      }
    });
    return all;
  }

  /** The consumer is closed: it waits for nothing. */
  void close() {
    Set.copyOf(damaged.keySet()).forEach(this::isRead);
  }

  private boolean isHeld(TopicPartition partition) {
    Damaged state = damaged.get(partition);
    return state != null && state.paused;
  }

  private void ownerPaused(TopicPartition partition, boolean paused) {
    Damaged state = damaged.get(partition);
    if (state != null) {
      state.ownerPaused = paused;
    }
  }

  private void forget() {
    if (!damaged.isEmpty()) {
      Set<TopicPartition> assigned = reading.assignment();
      for (TopicPartition partition : Set.copyOf(damaged.keySet())) {
        if (!assigned.contains(partition)) {
          isRead(partition);
        }
      }
    }
  }

  private void goOn() {
    for (TopicPartition partition : Set.copyOf(damaged.keySet())) {
      Damaged state = damaged.get(partition);
      if (state != null
          && !state.paused
          && reading.assignment().contains(partition)
          && position(partition) != state.offset()) {
        isRead(partition);
      }
    }
  }

  private void isRead(TopicPartition partition) {
    if (damaged.remove(partition) != null) {
      told.goesOn(this, partition);
    }
  }

  private void handle(KafkaException e) {
    for (TopicPartition partition : reading.assignment()) {
      if (Damage.isOfBytes(partition, e) && position(partition) >= 0) {
        isDamaged(partition, Damage.reason(e));
        return;
      }
    }
    throw e;
  }

  private void isDamaged(TopicPartition partition, String why) {
    long offset = position(partition);
    Damaged state = damaged.computeIfAbsent(partition, first -> new Damaged(told.skips()));
    if (state.record.isSkipped(offset)) {
      told.skipped(partition, offset, why);
      told.goesOn(this, partition);
      reading.seek(partition, state.offset());
      return;
    }
    state.paused = true;
    state.due = nanoTime.getAsLong() + state.record.patience().toNanos();
    reading.pause(List.of(partition));
    told.waits(this, partition, offset, why);
  }

  /**
   * Throws away what was fetched of a partition, which the consumer would report again for ever, so
   * that it is fetched anew. What does not begin at the position is thrown away; so it is moved for
   * a moment, while nothing else is read.
   */
  private void fetchAgain(TopicPartition partition) {
    Damaged state = damaged.get(partition);
    if (state == null || !state.paused || nanoTime.getAsLong() - state.due < 0) {
      return;
    }
    state.paused = false;
    if (position(partition) == state.offset()) {
      drop(partition, state);
      return;
    }
    // Its owner has moved it, or was assigned it again: it is not known to be damaged there.
    isRead(partition);
    if (!state.ownerPaused) {
      reading.resume(List.of(partition));
    }
  }

  private void drop(TopicPartition partition, Damaged state) {
    Set<TopicPartition> others = new HashSet<>(reading.assignment());
    others.removeAll(reading.paused());
    pausedMeanwhile.clear();
    reading.pause(others);
    reading.seek(partition, state.offset() + 1);
    reading.resume(List.of(partition));
    try {
      seekBack(reading.poll(Duration.ZERO));
    } catch (KafkaException e) {
      if (!Damage.isOfBytes(partition, e)) {
        throw e;
      }
    } finally {
      Set<TopicPartition> still = reading.assignment();
      if (still.contains(partition)) {
        // If it was assigned again meanwhile, it is where the group's commit is.
        if (position(partition) > state.offset()) {
          reading.seek(partition, state.offset());
        }
        if (state.ownerPaused) {
          reading.pause(List.of(partition));
        }
      }
      others.retainAll(still);
      others.removeAll(pausedMeanwhile);
      reading.resume(others);
    }
  }

  private void seekBack(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      reading.seek(partition, records.records(partition).getFirst().offset());
    }
  }

  /** Returns the position; -1 if it has none. */
  private long position(TopicPartition partition) {
    try {
      return reading.position(partition);
    } catch (TimeoutException e) {
      return -1;
    }
  }
}
