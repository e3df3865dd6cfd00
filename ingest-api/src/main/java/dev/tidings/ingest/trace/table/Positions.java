package dev.tidings.ingest.trace.table;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The positions up to which this node has read each partition of {@code receipts}. Thread-safe. */
final class Positions {
  private final Map<Integer, Long> next = new ConcurrentHashMap<>();

  /** Records that the record at this offset is in the table. */
  void taken(int partition, long offset) {
    // Not the highest ever: the topic may have been made anew.
    next.put(partition, offset + 1);
  }

  /** Forgets a partition, which another node now has, or which is assigned again. */
  void forget(int partition) {
    next.remove(partition);
  }

  /** Returns the first offset not read since the partition was assigned; 0 if none was read. */
  long next(int partition) {
    return next.getOrDefault(partition, 0L);
  }
}
