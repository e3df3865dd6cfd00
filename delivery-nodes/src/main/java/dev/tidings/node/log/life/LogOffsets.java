package dev.tidings.node.log.life;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Determines where reading begins, from what was {@linkplain LogLookup looked up} and from what
 * only the consumer can ask the leader: whether its log is the one that was read. For the
 * consumer's thread; waits for the leader.
 */
public final class LogOffsets {
  private final Supplier<? extends Consumer<?, ?>> consumer;
  private final Duration wait;

  /**
   * @param wait how long the leader of a partition may delay the other partitions
   */
  public LogOffsets(Supplier<? extends Consumer<?, ?>> consumer, Duration wait) {
    this.consumer = consumer;
    this.wait = wait;
  }

  /**
   * The result of a query.
   *
   * @param first the first offset in the log
   */
  public record Found(StartPoint startPoint, long first) {}

  /**
   * Determines the start point at takeover; the partition has to be assigned to the consumer.
   *
   * @param found the log as it was looked up, after the commit
   * @param kept the life stored in the inbox
   * @param highestParked the highest sequence stored in the inbox; negative if it is empty
   * @throws org.apache.kafka.common.KafkaException if the leader does not respond in time: the call
   *     may be retried
   */
  public Found begin(
      TopicPartition partition,
      LogState found,
      Optional<Commit> commit,
      @Nullable Life kept,
      long highestParked) {
    LogState log =
        commit
            .map(last ->
                compared(
                    partition, found, last.topic(), last.next(), last.epoch(), Optional.empty()))
            .orElse(found);
    return found(StartPoints.of(log, kept, commit.orElse(null), highestParked), log);
  }

  /**
   * Determines the start point during reading; otherwise as {@link #begin}.
   *
   * @param divergence where the log differs from what was read, if the broker has reported that
   */
  public Found beginAnew(
      TopicPartition partition,
      LogState found,
      Life life,
      CommitPoint point,
      long next,
      Optional<Integer> epoch,
      Optional<Long> divergence) {
    LogState log = compared(partition, found, life.topic(), next, epoch, divergence);
    return found(StartPoints.of(life, point, next, log), log);
  }

  private static Found found(StartPoint startPoint, LogState log) {
    Life life = startPoint.life();
    // A life from a version that did not store ids belongs to the present topic.
    return life.topic().equals(Uuid.ZERO_UUID) && !log.topic().equals(Uuid.ZERO_UUID)
        ? new Found(startPoint.inTopic(log.topic()), log.start())
        : new Found(startPoint, log.start());
  }

  /**
   * Returns the state of the log with its divergence from what was read.
   *
   * @param read the id of the topic that was read, or zero
   */
  private LogState compared(
      TopicPartition partition,
      LogState found,
      Uuid read,
      long next,
      Optional<Integer> epoch,
      Optional<Long> divergence) {
    // An epoch of a deleted topic says nothing of the new one.
    return divergence.isPresent() || isOther(found.topic(), read)
        ? found.diverging(divergence)
        : found.diverging(divergence(partition, next, epoch));
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
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      try {
        consumer.get().position(partition, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        return Optional.empty();
      } catch (LogTruncationException e) {
        @Nullable OffsetAndMetadata from = e.divergentOffsets().get(partition);
        return Optional.of(from == null ? 0L : from.offset());
      } catch (WakeupException e) {
        // A command is queued. It waits for the rest of this short time.
      }
    }
  }
}
