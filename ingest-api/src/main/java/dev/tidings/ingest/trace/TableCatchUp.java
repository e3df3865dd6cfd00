package dev.tidings.ingest.trace;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a table has what its topic had at the end of a search. All partitions are waited for
 * at the same time, so that one that is behind leaves the others theirs. For one search; blocks.
 */
final class TableCatchUp {
  private static final long POLL_MILLIS = 10;

  private final IntToLongFunction position;
  private final long deadline;
  private final Set<Integer> current = new HashSet<>();
  private final Map<Integer, Long> behind = new HashMap<>();

  /**
   * Creates a wait for nothing.
   *
   * @param position of the table in a partition
   * @param deadline by {@link System#nanoTime}
   */
  TableCatchUp(IntToLongFunction position, long deadline) {
    this.position = position;
    this.deadline = deadline;
  }

  /** Waits for a partition too; the table is not current in one whose end is not known. */
  void add(int partition, @Nullable Long end) {
    if (end == null) {
      return;
    }
    if (position.applyAsLong(partition) >= end) {
      current.add(partition);
    } else {
      behind.put(partition, end);
    }
  }

  /** Counts what was committed of a partition as the position of the table. */
  void committed(int partition, @Nullable OffsetAndMetadata offset) {
    @Nullable Long end = behind.get(partition);
    if (end != null && offset != null && offset.offset() >= end) {
      behind.remove(partition);
      current.add(partition);
    }
  }

  boolean isDone() {
    return behind.isEmpty();
  }

  /** Returns the partitions in which the table is current, at the deadline at the latest. */
  Set<Integer> await() throws InterruptedException {
    while (true) {
      behind.forEach((partition, end) -> {
        if (position.applyAsLong(partition) >= end) {
          current.add(partition);
        }
      });
      behind.keySet().removeAll(current);
      if (behind.isEmpty() || System.nanoTime() - deadline >= 0) {
        return current;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
