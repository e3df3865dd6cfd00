package dev.tidings.node.log.partition;

import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Pauses each partition whose window is full until half of it is resolved; and all of them while so
 * much waits to be written that nothing more is to be read, or for good. For the reader's thread,
 * except {@link #stopReading}.
 */
public final class WindowLimit {
  private final OwnedPartitions owned;
  private final long maxWindowBytes;
  private final long maxTotalBytes;
  private final BooleanSupplier logIsFull;
  private volatile boolean stopped;

  public WindowLimit(
      OwnedPartitions owned, long maxWindowBytes, long maxTotalBytes, BooleanSupplier logIsFull) {
    this.owned = owned;
    this.logIsFull = logIsFull;
    this.maxWindowBytes = maxWindowBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /** Lets nothing more be read. On any thread. */
  public void stopReading() {
    stopped = true;
  }

  public void apply(Consumer<?, ?> consumer) {
    if (stopped || logIsFull.getAsBoolean()) {
      consumer.pause(consumer.assignment());
    } else {
      applyToEach(consumer);
    }
  }

  private void applyToEach(Consumer<?, ?> consumer) {
    long total = owned.bytes();
    // When the node's total is used up, each partition keeps its share, so none can displace
    // another.
    long most =
        total < maxTotalBytes
            ? maxWindowBytes
            : Math.min(maxWindowBytes, maxTotalBytes / owned.size());
    // Each of these sets is a copy, and this is done at each turn.
    Set<TopicPartition> pausedNow = consumer.paused();
    for (TopicPartition partition : consumer.assignment()) {
      @Nullable OwnedPartition reading = owned.find(partition);
      long bytes = reading == null ? 0 : reading.sink().bytes();
      boolean paused = pausedNow.contains(partition);
      if (!paused && bytes >= most) {
        consumer.pause(Set.of(partition));
      } else if (paused && bytes < most / 2) {
        consumer.resume(Set.of(partition));
      }
    }
  }
}
