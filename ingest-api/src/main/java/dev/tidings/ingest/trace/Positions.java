package dev.tidings.ingest.trace;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far this node has taken in each partition of {@code receipts}. Thread-safe. */
final class Positions {
  private final Map<Integer, Long> next = new ConcurrentHashMap<>();

  /** The record at this offset is in the table. */
  void taken(int partition, long offset) {
    next.merge(partition, offset + 1, Math::max);
  }

  /** The partition is another node's from now on, or comes anew. */
  void forget(int partition) {
    next.remove(partition);
  }

  /** The first offset that was not taken in since the partition came here; 0 if none was. */
  long next(int partition) {
    return next.getOrDefault(partition, 0L);
  }
}
