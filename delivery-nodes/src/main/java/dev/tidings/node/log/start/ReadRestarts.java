package dev.tidings.node.log.start;

import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.node.log.life.LogState;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Starts the reading of a partition anew when the log turns out not to be the one that was read, or
 * its suspension is over. A partition is not read while what the brokers have of it is looked up;
 * the others continue. For the reader's thread.
 */
public final class ReadRestarts {
  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final LogLookup lookup;
  private final LogOffsets offsets;
  private final LogQuestions questions;
  private final ReaderMeters meters;
  private final ReaderTasks tasks;

  public ReadRestarts(
      ReaderConsumer consumer,
      OwnedPartitions owned,
      LogLookup lookup,
      LogOffsets offsets,
      LogQuestions questions,
      ReaderMeters meters,
      ReaderTasks tasks) {
    this.consumer = consumer;
    this.owned = owned;
    this.lookup = lookup;
    this.offsets = offsets;
    this.questions = questions;
    this.meters = meters;
    this.tasks = tasks;
  }

  /** Continues at the offset where the logs diverge, or at the start of the log. */
  public void outOfRange(OffsetOutOfRangeException e) {
    Map<TopicPartition, OffsetAndMetadata> divergent =
        e instanceof LogTruncationException lost ? lost.divergentOffsets() : Map.of();
    for (TopicPartition partition : e.partitions()) {
      @Nullable OwnedPartition reading = owned.find(partition);
      if (reading != null) {
        begin(
            reading, Optional.ofNullable(divergent.get(partition)).map(OffsetAndMetadata::offset));
      }
    }
  }

  /** Reads partitions again whose suspension is over. */
  public void resume() {
    long now = System.nanoTime();
    for (OwnedPartition reading : owned.snapshot()) {
      if (reading.isSuspended() && !reading.isSuspendedAt(now)) {
        begin(reading, Optional.empty());
      }
    }
  }

  /** The topic has this id now: what was read of another one begins anew. */
  public void isNow(Uuid id) {
    for (OwnedPartition reading : owned.snapshot()) {
      if (reading.life().isOfAnother(id)) {
        begin(reading, Optional.empty());
      }
    }
  }

  /**
   * Continues with another consumer if the topic is another. Partitions that still have to begin
   * anew are read no further until they have.
   */
  public void renewConsumer(Uuid topicId) {
    if (consumer.renew(topicId)) {
      owned.assign();
      owned.seekAll();
      tasks.soon(() -> isNow(topicId));
    }
  }

  private void begin(OwnedPartition reading, Optional<Long> divergence) {
    if (reading.isLookedUp()) {
      return;
    }
    // The partition must not be read meanwhile: its records may not be the expected ones.
    reading.awaitLookup();
    owned.assign();
    lookUp(reading, divergence);
  }

  private void lookUp(OwnedPartition reading, Optional<Long> divergence) {
    questions.ask(
        () -> lookup.state(reading.partition()),
        () -> lookUp(reading, divergence),
        (log, failure) -> {
          if (owned.find(reading.partition()) == reading) {
            readOn(reading, divergence, log, failure);
          }
        });
  }

  private void readOn(
      OwnedPartition reading,
      Optional<Long> divergence,
      @Nullable LogState log,
      @Nullable Throwable failure) {
    if (log == null) {
      suspend(reading, LogQuestions.why(failure), LookupRetries.LOOKUP);
      return;
    }
    try {
      reading.isTriedAgain();
      renewConsumer(log.topic());
      owned.assign();
      readOn(reading, divergence, log);
      if (reading.hasLookupFailed()) {
        owned.recovered(reading);
      }
    } catch (RuntimeException e) {
      suspend(reading, LogQuestions.why(e), LookupRetries.WAITED_FOR);
    }
  }

  private void readOn(OwnedPartition reading, Optional<Long> divergence, LogState log) {
    LogOffsets.Found start =
        offsets.beginAnew(
            reading.partition(),
            log,
            reading.life(),
            reading.newest(),
            reading.next(),
            reading.epoch(),
            divergence);
    if (start.startPoint().discontinuity().isPresent()) {
      StartPointLog.of(reading.partition(), start.startPoint(), meters);
      reading.begin(start.startPoint());
      reading.sink().beginsAt(start.startPoint().life(), start.startPoint().point());
    }
    consumer.get().seek(reading.partition(), reading.next());
  }

  private void suspend(OwnedPartition reading, String why, Duration longest) {
    owned.suspend(
        reading,
        LookupRetries.pauseNanos(reading.attempts() + 1, longest),
        "its offsets can't be looked up: " + why);
    reading.lookupFailed();
  }
}
