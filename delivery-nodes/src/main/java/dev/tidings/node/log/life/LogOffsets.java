package dev.tidings.node.log.life;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import dev.tidings.service.kafka.TopicIds;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Queries the offsets that the log has of a partition. For the consumer's thread; waits for the
 * broker.
 */
public final class LogOffsets {
  /** The time for which a partition without a leader delays the others at most. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final Supplier<? extends Consumer<?, ?>> consumer;
  private final TopicIds topicIds;

  public LogOffsets(Supplier<? extends Consumer<?, ?>> consumer, TopicIds topicIds) {
    this.consumer = consumer;
    this.topicIds = topicIds;
  }

  /**
   * The result of a query.
   *
   * @param first the first offset in the log
   */
  public record Start(Beginning beginning, long first) {}

  /** Returns the last commit; null if there is none. */
  public @Nullable Commit committed(TopicPartition partition) {
    @Nullable OffsetAndMetadata committed =
        consumer.get().committed(Set.of(partition), WAIT).get(partition);
    return committed == null ? null : Commit.of(committed);
  }

  /**
   * Determines the beginning at takeover; the partition has to be assigned to the consumer.
   *
   * @param commit see {@link #committed}
   * @param kept the life stored in the inbox
   * @param highestParked the highest sequence stored in the inbox; negative if it is empty
   * @throws KafkaException if the broker does not respond: the call may be retried
   */
  public Start begin(
      TopicPartition partition, @Nullable Commit commit, @Nullable Life kept, long highestParked) {
    LogState log =
        commit == null
            ? state(partition, Uuid.ZERO_UUID, 0, Optional.empty(), Optional.empty())
            : state(partition, commit.topic(), commit.next(), commit.epoch(), Optional.empty());
    return start(Beginnings.of(log, kept, commit, highestParked), log);
  }

  /**
   * Determines the beginning during reading; otherwise as {@link #begin}.
   *
   * @param divergence where the log differs from what was read, if the broker has reported that
   */
  public Start beginAnew(
      TopicPartition partition,
      Life life,
      CommitPoint point,
      long next,
      Optional<Integer> epoch,
      Optional<Long> divergence) {
    LogState log = state(partition, life.topic(), next, epoch, divergence);
    return start(Beginnings.of(life, point, next, log), log);
  }

  private static Start start(Beginning beginning, LogState log) {
    Life life = beginning.life();
    // A life from a version that did not store ids belongs to the present topic.
    return life.topic().equals(Uuid.ZERO_UUID) && !log.topic().equals(Uuid.ZERO_UUID)
        ? new Start(beginning.inTopic(log.topic()), log.start())
        : new Start(beginning, log.start());
  }

  /**
   * @param read the id of the topic that was read, or zero
   */
  private LogState state(
      TopicPartition partition,
      Uuid read,
      long next,
      Optional<Integer> epoch,
      Optional<Long> divergence) {
    Uuid topic = topic(partition.topic());
    Set<TopicPartition> one = Set.of(partition);
    long start = consumer.get().beginningOffsets(one, WAIT).getOrDefault(partition, 0L);
    long end = consumer.get().endOffsets(one, WAIT).getOrDefault(partition, 0L);
    return new LogState(
        topic,
        start,
        end,
        // An epoch of a deleted topic says nothing of the new one.
        divergence.isPresent() || isOther(topic, read)
            ? divergence
            : divergence(partition, next, epoch));
  }

  private static boolean isOther(Uuid topic, Uuid read) {
    return !topic.equals(read) && !topic.equals(Uuid.ZERO_UUID) && !read.equals(Uuid.ZERO_UUID);
  }

  /**
   * Returns where the log diverges: the consumer asks the leader for the end of the epoch in its
   * log.
   */
  private Optional<Long> divergence(TopicPartition partition, long next, Optional<Integer> epoch) {
    if (epoch.isEmpty()) {
      return Optional.empty();
    }
    consumer.get().seek(partition, new OffsetAndMetadata(next, epoch, ""));
    try {
      consumer.get().position(partition, WAIT);
      return Optional.empty();
    } catch (LogTruncationException e) {
      @Nullable OffsetAndMetadata from = e.divergentOffsets().get(partition);
      return Optional.of(from == null ? 0L : from.offset());
    }
  }

  private Uuid topic(String name) {
    try {
      return topicIds.of(name).toCompletableFuture().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failed
          ? failed
          : new KafkaException("the id of " + name + " can't be had", e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException("the id of " + name + " was not received within " + WAIT, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
