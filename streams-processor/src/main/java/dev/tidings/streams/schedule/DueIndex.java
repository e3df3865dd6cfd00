package dev.tidings.streams.schedule;

import java.util.Comparator;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a schedule that are due first, in the order of their times: so many and no more,
 * whatever is scheduled. When they are used up, it is filled again from the table. Confined to the
 * task's thread.
 */
final class DueIndex {
  /** The limit of entries in memory for all partitions together, at some 400 bytes each. */
  private static final int MOST = 200_000;

  /** So many there may be for each partition, however many there are. */
  private static final int LEAST = 2_000;

  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::due).thenComparing(Entry::key);

  private final int most;
  private final TreeSet<Entry> first = new TreeSet<>(ORDER);

  /** The last entry up to which all are here; null if all are. */
  private @Nullable Entry horizon;

  DueIndex(int most) {
    this.most = most;
  }

  /** Returns the limit of entries for one of so many partitions. */
  static int most(int partitions) {
    return Math.max(LEAST, MOST / partitions);
  }

  /**
   * An entry.
   *
   * @param due its time, in ms since the epoch
   * @param key its key in the table
   */
  record Entry(long due, Bytes key) {}

  void add(Entry entry) {
    if (horizon != null && ORDER.compare(entry, horizon) > 0) {
      return;
    }
    first.add(entry);
    if (first.size() > most) {
      first.pollLast();
      horizon = first.last();
    }
  }

  void remove(Entry entry) {
    first.remove(entry);
  }

  /** Returns the entry that is due first; null if none is known. */
  @Nullable Entry peek() {
    return first.isEmpty() ? null : first.first();
  }

  /** Returns whether it must be filled again from the table, which may have further entries. */
  boolean isUsedUp() {
    return first.isEmpty() && horizon != null;
  }

  /** Forgets everything, before it is filled. */
  void clear() {
    first.clear();
    horizon = null;
  }
}
