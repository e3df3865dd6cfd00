package dev.tidings.node.log;

import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.node.log.life.LogState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where reading starts: at a partition's last commit when it is assigned to this node, and anew
 * when the log turns out not to be the one that was read. What the brokers have of it is looked up
 * without the reader's thread; a start that fails is retried, and the other partitions continue.
 * For the reader's thread, except {@link #want}, {@link #unwant} and {@link #trouble}.
 */
final class StartPointLookups {
  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final LogLookup lookup;
  private final LogOffsets offsets;
  private final Proof proof;
  private final ReaderMeters meters;
  private final int duplicateWindow;
  private final Tasks tasks;
  private final LookupRetries retries;

  /** The latest assignment of each partition: the newest wins, however long its start takes. */
  private final Map<TopicPartition, DeliverySink> wanted = new ConcurrentHashMap<>();

  /** Grows with each doubt of the assignment: what was looked up before may be out of date. */
  private int doubts;

  /** Runs tasks on the reader's thread. */
  interface Tasks {
    /** Runs a task after the present one. For the reader's thread. */
    void soon(Runnable task);

    /** Runs a task that may wait for the leader of a partition. From any thread. */
    void inTurn(Runnable task);
  }

  /** What the brokers have of a partition. The commit is looked up first. */
  private record Found(Optional<Commit> commit, LogState log) {}

  /**
   * @param duplicateWindow how many records before the commit are read again
   * @param wait how long the leader of a partition may delay the other partitions
   */
  StartPointLookups(
      ReaderConsumer consumer,
      OwnedPartitions owned,
      LogLookup lookup,
      Proof proof,
      ReaderMeters meters,
      int duplicateWindow,
      Duration wait,
      Tasks tasks) {
    this.consumer = consumer;
    this.owned = owned;
    this.lookup = lookup;
    this.offsets = new LogOffsets(consumer, wait);
    this.proof = proof;
    this.meters = meters;
    this.duplicateWindow = duplicateWindow;
    this.tasks = tasks;
    this.retries = new LookupRetries(meters);
  }

  void want(TopicPartition partition, DeliverySink sink) {
    wanted.put(partition, sink);
  }

  void unwant(TopicPartition partition, DeliverySink sink) {
    wanted.remove(partition, sink);
  }

  /** The partition has been let go of; or assigned once more since. */
  void ended(TopicPartition partition) {
    if (!wanted.containsKey(partition)) {
      retries.forget(partition);
    }
  }

  /** It is in doubt what this process owns: others may read and commit from now on. */
  void doubt() {
    doubts++;
  }

  /** Begins the partitions whose start has failed and is to be retried by now. */
  void retry() {
    retries.due(System.nanoTime()).forEach(this::begin);
  }

  /** Returns which partitions cannot be started and why; empty if all can. Thread-safe. */
  String trouble() {
    return retries.trouble();
  }

  /** Starts to read a partition, if it is still wanted and not being read. */
  void begin(TopicPartition partition) {
    @Nullable DeliverySink sink = wanted.get(partition);
    if (sink == null || isRead(partition, sink)) {
      retries.forget(partition);
      return;
    }
    ask(
        () ->
            lookup
                .committed(partition)
                .thenCompose(
                    commit -> lookup.state(partition).thenApply(log -> new Found(commit, log))),
        () -> begin(partition),
        (found, failure) -> {
          if (sink.equals(wanted.get(partition)) && !isRead(partition, sink)) {
            begin(partition, sink, found, failure);
          }
        });
  }

  private boolean isRead(TopicPartition partition, DeliverySink sink) {
    @Nullable OwnedPartition reading = owned.find(partition);
    return reading != null && reading.sink().equals(sink);
  }

  private interface Answered<T> {
    /** Exactly one of them is null. */
    void by(@Nullable T found, @Nullable Throwable failure);
  }

  /**
   * Asks, and goes on with the answer on the reader's thread.
   *
   * @param again asks anew, if the answer may be out of date by then
   */
  private <T> void ask(Supplier<CompletionStage<T>> question, Runnable again, Answered<T> then) {
    int asked = doubts;
    CompletableFuture.completedFuture(question)
        .thenCompose(Supplier::get)
        .whenComplete((found, failure) ->
            tasks.inTurn(() -> {
              if (asked == doubts) {
                then.by(found, failure);
              } else {
                again.run();
              }
            }));
  }

  private void begin(
      TopicPartition partition,
      DeliverySink sink,
      @Nullable Found found,
      @Nullable Throwable failure) {
    if (found == null) {
      retries.failed(partition, why(failure), LookupRetries.LOOKUP, System.nanoTime());
      return;
    }
    try {
      begin(partition, sink, found);
      retries.forget(partition);
    } catch (RuntimeException e) {
      // The leader does not answer; or its answer makes no sense, for example because another
      // program wrote there. The other partitions continue.
      owned.remove(partition);
      owned.assign();
      retries.failed(partition, why(e), LookupRetries.WAITED_FOR, System.nanoTime());
    }
  }

  private void begin(TopicPartition partition, DeliverySink sink, Found found) {
    renew(found.log().topic());
    owned.assignWith(partition);
    LogOffsets.Found start =
        offsets.begin(partition, found.log(), found.commit(), sink.life(), sink.highestParked());
    owned.add(new OwnedPartition(partition, sink, start.startPoint()));
    owned.assign();
    proof.begin(System.nanoTime());
    StartPointLog.of(partition, start.startPoint(), meters);
    sink.beginsAt(start.startPoint().life(), start.startPoint().point());
    consumer
        .get()
        .seek(partition, Math.max(start.first(), start.startPoint().offset() - duplicateWindow));
  }

  private static String why(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    return String.valueOf(cause);
  }

  // ---- The log is not the one that was read ---------------------------------------------------

  /** Continues at the offset where the logs diverge, or at the start of the log. */
  void beginAnew(OffsetOutOfRangeException e) {
    Map<TopicPartition, OffsetAndMetadata> divergent =
        e instanceof LogTruncationException lost ? lost.divergentOffsets() : Map.of();
    for (TopicPartition partition : e.partitions()) {
      @Nullable OwnedPartition reading = owned.find(partition);
      if (reading != null) {
        beginAnew(
            reading, Optional.ofNullable(divergent.get(partition)).map(OffsetAndMetadata::offset));
      }
    }
  }

  /** Reads partitions again whose suspension is over. */
  void resume() {
    long now = System.nanoTime();
    for (OwnedPartition reading : owned.snapshot()) {
      if (reading.isSuspended() && !reading.isSuspendedAt(now)) {
        beginAnew(reading, Optional.empty());
      }
    }
  }

  /** The topic has this id now: what was read of another one begins anew. */
  void isNow(Uuid id) {
    for (OwnedPartition reading : owned.snapshot()) {
      if (reading.life().isOfAnother(id)) {
        beginAnew(reading, Optional.empty());
      }
    }
  }

  private void beginAnew(OwnedPartition reading, Optional<Long> divergence) {
    if (reading.isLookedUp()) {
      return;
    }
    // The partition must not be read meanwhile: its records may not be the expected ones.
    reading.awaitLookup();
    owned.assign();
    lookUp(reading, divergence);
  }

  private void lookUp(OwnedPartition reading, Optional<Long> divergence) {
    ask(
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
      suspend(reading, why(failure), LookupRetries.LOOKUP);
      return;
    }
    try {
      reading.isTriedAgain();
      renew(log.topic());
      owned.assign();
      readOn(reading, divergence, log);
      if (reading.hasLookupFailed()) {
        owned.recovered(reading);
      }
    } catch (RuntimeException e) {
      suspend(reading, why(e), LookupRetries.WAITED_FOR);
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

  /**
   * Continues with another consumer if the topic is another. Partitions that still have to begin
   * anew are read no further until they have.
   */
  private void renew(Uuid topicId) {
    if (consumer.renew(topicId)) {
      owned.assign();
      owned.seekAll();
      tasks.soon(() -> isNow(topicId));
    }
  }
}
