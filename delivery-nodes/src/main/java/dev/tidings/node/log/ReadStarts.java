package dev.tidings.node.log;

import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.service.kafka.TopicIds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reading starts: at a partition's last commit when it is assigned to this node, and anew
 * when the log turns out not to be the one that was read. A start that fails is retried; the other
 * partitions continue. For the reader's thread, except {@link #want} and {@link #unwant}.
 */
final class ReadStarts {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);

  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final LogOffsets offsets;
  private final Proof proof;
  private final ReaderMeters meters;
  private final int duplicateWindow;
  private final Consumer<Runnable> soon;

  /** The latest assignment of each partition: the newest wins, however long its start takes. */
  private final Map<TopicPartition, DeliverySink> wanted = new ConcurrentHashMap<>();

  /** The partitions whose start has failed, and when it is retried. */
  private final Map<TopicPartition, Long> failed = new HashMap<>();

  /**
   * @param duplicateWindow how many records before the commit are read again
   * @param soon runs a task on the reader's thread, after the present one
   */
  ReadStarts(
      ReaderConsumer consumer,
      OwnedPartitions owned,
      TopicIds topicIds,
      Proof proof,
      ReaderMeters meters,
      int duplicateWindow,
      Consumer<Runnable> soon) {
    this.consumer = consumer;
    this.owned = owned;
    this.offsets = new LogOffsets(consumer, topicIds);
    this.proof = proof;
    this.meters = meters;
    this.duplicateWindow = duplicateWindow;
    this.soon = soon;
  }

  void want(TopicPartition partition, DeliverySink sink) {
    wanted.put(partition, sink);
  }

  void unwant(TopicPartition partition, DeliverySink sink) {
    wanted.remove(partition, sink);
  }

  /** Begins the partitions whose start has failed and is to be retried by now. */
  void retry() {
    long now = System.nanoTime();
    for (TopicPartition partition : List.copyOf(failed.keySet())) {
      if (now - failed.getOrDefault(partition, now) >= 0) {
        begin(partition);
      }
    }
  }

  /** Starts to read a partition, if it is still wanted and not being read. */
  void begin(TopicPartition partition) {
    failed.remove(partition);
    @Nullable DeliverySink sink = wanted.get(partition);
    @Nullable OwnedPartition before = owned.find(partition);
    if (sink == null || (before != null && before.sink().equals(sink))) {
      return;
    }
    try {
      begin(partition, sink);
    } catch (KafkaException e) {
      // The broker is unavailable, or another command is queued, which goes first.
      retryLater(partition);
      if (e instanceof WakeupException) {
        throw e;
      }
      proof.recordFailure(e, System.nanoTime());
      LOG.warn("{} cannot be started, it is retried: {}", partition, e.toString());
    } catch (RuntimeException e) {
      // The log's answer makes no sense, for example because another program wrote there. The other
      // partitions continue.
      retryLater(partition);
      proof.recordFailure(new KafkaException(e.toString(), e), System.nanoTime());
      LOG.error("{} cannot be started, it is retried: {}", partition, e.toString());
    }
  }

  private void begin(TopicPartition partition, DeliverySink sink) {
    @Nullable Commit commit = offsets.committed(partition);
    owned.assignWith(partition);
    LogOffsets.Start start = offsets.begin(partition, commit, sink.life(), sink.highestParked());
    renew(start.beginning().life().topic());
    owned.add(new OwnedPartition(partition, sink, start.beginning()));
    owned.assign();
    proof.begin(System.nanoTime());
    BeginningLog.of(partition, start.beginning(), meters);
    sink.beginsAt(start.beginning().life(), start.beginning().point());
    consumer
        .get()
        .seek(partition, Math.max(start.first(), start.beginning().offset() - duplicateWindow));
  }

  private void retryLater(TopicPartition partition) {
    owned.remove(partition);
    failed.put(partition, System.nanoTime() + DeliveryReader.RETRY_NANOS);
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
        reading.isTriedAgain();
        owned.assign();
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
    TopicPartition partition = reading.partition();
    try {
      LogOffsets.Start start =
          offsets.beginAnew(
              partition,
              reading.life(),
              reading.newest(),
              reading.next(),
              reading.epoch(),
              divergence);
      renew(start.beginning().life().topic());
      if (start.beginning().discontinuity().isPresent()) {
        BeginningLog.of(partition, start.beginning(), meters);
        reading.begin(start.beginning());
        reading.sink().beginsAt(start.beginning().life(), start.beginning().point());
      }
      consumer.get().seek(partition, reading.next());
    } catch (KafkaException e) {
      // The partition must not be read meanwhile: its records may not be the expected ones.
      owned.suspend(reading, DeliveryReader.RETRY_NANOS, "its offsets can't be looked up: " + e);
      if (e instanceof WakeupException) {
        throw e;
      }
    }
  }

  /**
   * Continues with another consumer if the topic is another. Partitions that still have to begin
   * anew are read no further until they have.
   */
  private void renew(Uuid topicId) {
    if (consumer.renew(topicId)) {
      owned.assign();
      owned.seekAll();
      soon.accept(() -> isNow(topicId));
    }
  }
}
