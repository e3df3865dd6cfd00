package dev.tidings.service.rocks;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Tells which deletions the log still has. */
@FunctionalInterface
public interface KeptDeletions {
  /**
   * The answer for a partition that cannot be asked: no table of it is known to be recent enough.
   */
  long UNKNOWN = Long.MAX_VALUE;

  /**
   * Returns the offset of the first record that was written since this time, or the end of a
   * partition without one. A table that has all records before it has missed no deletion that was
   * written earlier. Partitions that do not exist are left out: no table is restored from them.
   *
   * @throws IllegalStateException if the log cannot be asked at all
   */
  Map<TopicPartition, Long> firstSince(Set<TopicPartition> partitions, Instant since)
      throws InterruptedException;
}
