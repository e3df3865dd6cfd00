package dev.tidings.node.log.start;

import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.node.log.life.LogState;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.Proof;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Starts the reading of a partition that is assigned to this node, at its last commit. What the
 * brokers have of it is looked up without the reader's thread; a start that fails is retried, and
 * the other partitions continue. For the reader's thread, except {@link #want}, {@link #unwant} and
 * {@link #trouble}.
 */
public final class ReadStarts {
  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final LogLookup lookup;
  private final LogOffsets offsets;
  private final LogQuestions questions;
  private final ReadRestarts restarts;
  private final Proof proof;
  private final ReaderMeters meters;
  private final int duplicateWindow;
  private final LookupRetries retries;

  /** The latest assignment of each partition: the newest wins, however long its start takes. */
  private final Map<TopicPartition, DeliverySink> wanted = new ConcurrentHashMap<>();

  /** What the brokers have of a partition. The commit is looked up first. */
  private record Found(Optional<Commit> commit, LogState log) {}

  /**
   * @param duplicateWindow how many records before the commit are read again
   */
  public ReadStarts(
      ReaderConsumer consumer,
      OwnedPartitions owned,
      LogLookup lookup,
      LogOffsets offsets,
      LogQuestions questions,
      ReadRestarts restarts,
      Proof proof,
      ReaderMeters meters,
      int duplicateWindow) {
    this.consumer = consumer;
    this.owned = owned;
    this.lookup = lookup;
    this.offsets = offsets;
    this.questions = questions;
    this.restarts = restarts;
    this.proof = proof;
    this.meters = meters;
    this.duplicateWindow = duplicateWindow;
    this.retries = new LookupRetries(meters);
  }

  public void want(TopicPartition partition, DeliverySink sink) {
    wanted.put(partition, sink);
  }

  public void unwant(TopicPartition partition, DeliverySink sink) {
    wanted.remove(partition, sink);
  }

  /** The partition has been let go of; or assigned once more since. */
  public void ended(TopicPartition partition) {
    if (!wanted.containsKey(partition)) {
      retries.forget(partition);
    }
  }

  /** Begins the partitions whose start has failed and is to be retried by now. */
  public void retry() {
    retries.due(System.nanoTime()).forEach(this::begin);
  }

  /** Returns which partitions cannot be started and why; empty if all can. Thread-safe. */
  public String trouble() {
    return retries.trouble();
  }

  /** Starts to read a partition, if it is still wanted and not being read. */
  public void begin(TopicPartition partition) {
    @Nullable DeliverySink sink = wanted.get(partition);
    if (sink == null || isRead(partition, sink)) {
      retries.forget(partition);
      return;
    }
    questions.ask(
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

  private void begin(
      TopicPartition partition,
      DeliverySink sink,
      @Nullable Found found,
      @Nullable Throwable failure) {
    if (found == null) {
      retries.failed(partition, LogQuestions.why(failure), LookupRetries.LOOKUP, System.nanoTime());
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
      retries.failed(partition, LogQuestions.why(e), LookupRetries.WAITED_FOR, System.nanoTime());
    }
  }

  private void begin(TopicPartition partition, DeliverySink sink, Found found) {
    restarts.renewConsumer(found.log().topic());
    owned.assignWith(partition);
    LogOffsets.Found start =
        offsets.begin(partition, found.log(), found.commit(), sink.life(), sink.highestParked());
    owned.add(new OwnedPartition(partition, sink, start.startPoint()));
    owned.assign();
    StartPointLog.of(partition, start.startPoint(), meters);
    sink.endedAt(start.startPoint().life().sequence(found.log().end()));
    sink.beginsAt(start.startPoint().life(), start.startPoint().point());
    consumer
        .get()
        .seek(partition, Math.max(start.first(), start.startPoint().offset() - duplicateWindow));
    proof.begin(System.nanoTime(), owned.size());
  }
}
