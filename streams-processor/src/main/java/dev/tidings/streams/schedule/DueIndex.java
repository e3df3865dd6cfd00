package dev.tidings.streams.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a schedule that are due first, in the order of their times: so many and no more,
 * whatever is scheduled. When they are used up, those that follow are read from the table. Confined
 * to the task's thread.
 */
final class DueIndex {
  /** The limit of entries in memory, at some 400 bytes each: what is read at once, in a few ms. */
  static final int MOST = 1_000;

  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::due).thenComparing(Entry::key);

  /** Before all others. */
  private static final Entry START = new Entry(Long.MIN_VALUE, Bytes.wrap(new byte[0]));

  private final int most;
  private final TreeSet<Entry> first = new TreeSet<>(ORDER);

  /** The last entry up to which all are here; null if all are. */
  private @Nullable Entry horizon = START;

  /** Creates an index that is used up. */
  DueIndex(int most) {
    this.most = most;
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

  /** Returns the entry whose followers are to be read, for there may be some; null otherwise. */
  @Nullable Entry usedUpTo() {
    return first.isEmpty() ? horizon : null;
  }

  /**
   * Takes the entries that follow.
   *
   * @param next as many as it holds, or all
   */
  void fill(List<Entry> next) {
    first.addAll(next);
    horizon = next.size() < most ? null : next.getLast();
  }

  int most() {
    return most;
  }

  /** Forgets everything. */
  void clear() {
    first.clear();
    horizon = START;
  }
}
