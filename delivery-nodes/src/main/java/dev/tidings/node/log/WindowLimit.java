package dev.tidings.node.log;

import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Pauses each partition whose window is full until half of it is resolved. For the reader's thread.
 */
final class WindowLimit {
  private final OwnedPartitions owned;
  private final long maxWindowBytes;
  private final long maxTotalBytes;

  WindowLimit(OwnedPartitions owned, ReaderRules rules) {
    this.owned = owned;
    this.maxWindowBytes = rules.maxWindowBytes();
    this.maxTotalBytes = rules.maxTotalBytes();
  }

  void apply(Consumer<?, ?> consumer) {
    long total = owned.all().stream().mapToLong(reading -> reading.sink().bytes()).sum();
    // When the node's total is used up, each partition keeps its share, so none can displace
    // another.
    long most =
        total < maxTotalBytes
            ? maxWindowBytes
            : Math.min(maxWindowBytes, maxTotalBytes / owned.size());
    for (TopicPartition partition : consumer.assignment()) {
      @Nullable OwnedPartition reading = owned.find(partition);
      long bytes = reading == null ? 0 : reading.sink().bytes();
      boolean paused = consumer.paused().contains(partition);
      if (!paused && bytes >= most) {
        consumer.pause(Set.of(partition));
      } else if (paused && bytes < most / 2) {
        consumer.resume(Set.of(partition));
      }
    }
  }
}
