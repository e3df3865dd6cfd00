package dev.tidings.ingest.trace.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows, and the counts of them. Rows and their counts are written together: whatever a crash
 * leaves on the disk, the counts are those of the rows that are there. They are written for many
 * receipts at once, since nearly all of a write is its own, and the counts of a day are those of
 * all of them; what is not written yet is known here all the same. For the thread of the table.
 */
final class IndexedRows {
  /** The first key of all; its value says whether there is a row for each receipt. */
  static final Bytes STATE = Bytes.wrap(new byte[] {0});

  /** The last key of all, by which a walk knows that nothing in between was unreadable. */
  static final Bytes END = Bytes.wrap(new byte[] {(byte) 0xff});

  /** There is a row for each receipt. */
  static final byte COMPLETE = 1;

  private static final byte INCOMPLETE = 0;

  /** Counts of how many apps and days are remembered. */
  private static final int MOST_DAYS = 1_000;

  /** So many rows are written at once. */
  static final int AT_ONCE = 256;

  /** So many wait at most while none can be written. */
  private static final int MOST_UNWRITTEN = 16 * AT_ONCE;

  private final KeyValueStore<Bytes, byte[]> rows;

  /** Counts as they are in the store, or are about to be. Nobody else writes them. */
  private final Map<Day, DayCounts> days =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Day, DayCounts> eldest) {
          return size() > MOST_DAYS && !changed.containsKey(eldest.getKey());
        }
      };

  /** Rows that are not in the store yet; those that are to go are empty. */
  private final Map<Bytes, Optional<IndexRow>> unwritten = new HashMap<>();

  /** The counts of the days of those. */
  private final Map<Day, DayCounts> changed = new HashMap<>();

  private record Day(String app, long day, @Nullable String category) {
    Bytes key() {
      return DayCounts.key(app, day, category);
    }
  }

  IndexedRows(KeyValueStore<Bytes, byte[]> rows) {
    this.rows = rows;
  }

  /** Says whether there is a row for each receipt. */
  void complete(boolean complete) {
    write();
    rows.put(END, new byte[] {0});
    rows.put(STATE, new byte[] {complete ? COMPLETE : INCOMPLETE});
  }

  @Nullable IndexRow get(Bytes key) {
    Optional<IndexRow> waiting = unwritten.get(key);
    if (waiting != null) {
      return waiting.orElse(null);
    }
    byte @Nullable [] found = rows.get(key);
    return found == null ? null : IndexRow.parse(found);
  }

  /**
   * Puts a row in place of the one that is there.
   *
   * @param bytes the key as bytes
   * @param before the one that is there; null for none
   */
  void put(IndexKey key, Bytes bytes, @Nullable IndexRow before, IndexRow row) {
    if (!row.equals(before)) {
      change(key, bytes, before, row);
    }
  }

  /** Removes a row. */
  void remove(IndexKey key, Bytes bytes, IndexRow row) {
    change(key, bytes, row, null);
  }

  private void change(
      IndexKey key, Bytes bytes, @Nullable IndexRow before, @Nullable IndexRow after) {
    // Of another category, if a process of an earlier version has written one of the receipts. Both
    // are read before either changes: what cannot be read changes nothing.
    @Nullable Day from = before == null ? null : day(key, before);
    @Nullable Day to = after == null ? null : day(key, after);
    if (from != null) {
      counts(from);
    }
    if (to != null) {
      counts(to);
    }
    if (from != null && before != null) {
      count(from, counts(from).with(before, -1));
    }
    if (to != null && after != null) {
      count(to, counts(to).with(after, 1));
    }
    unwritten.put(bytes, Optional.ofNullable(after));
    if (unwritten.size() >= AT_ONCE) {
      write();
    }
  }

  private static Day day(IndexKey key, IndexRow row) {
    return new Day(key.app(), DayCounts.day(key.at()), row.category());
  }

  private DayCounts counts(Day day) {
    @Nullable DayCounts known = days.get(day);
    if (known == null) {
      known = DayCounts.parse(rows.get(day.key()));
      days.put(day, known);
    }
    return known;
  }

  private void count(Day day, DayCounts counts) {
    changed.put(day, counts);
    days.put(day, counts);
  }

  /** Returns whether there is something to be written. */
  boolean hasUnwritten() {
    return !unwritten.isEmpty();
  }

  /**
   * Writes what is not in the store yet. What fails is written once more the next time: the counts
   * are those behind it, whatever a failure has left in the store.
   */
  void write() {
    if (unwritten.isEmpty()) {
      return;
    }
    List<KeyValue<Bytes, byte[]>> all = new ArrayList<>(unwritten.size() + changed.size());
    unwritten.forEach(
        (key, row) -> all.add(KeyValue.pair(key, row.map(IndexRow::bytes).orElse(null))));
    changed.forEach((day, counts) -> all.add(KeyValue.pair(day.key(), counts.bytes())));
    try {
      rows.putAll(all);
    } catch (RuntimeException e) {
      if (unwritten.size() >= MOST_UNWRITTEN) {
        forget();
        days.clear();
      }
      throw e;
    }
    forget();
  }

  private void forget() {
    unwritten.clear();
    changed.clear();
  }

  /** Returns the first row from a key on; empty if there is none. */
  Optional<KeyValue<IndexKey, IndexRow>> next(Bytes from) {
    write();
    try (var each = rows.range(from, END)) {
      if (!each.hasNext()) {
        return Optional.empty();
      }
      KeyValue<Bytes, byte[]> found = each.next();
      return IndexKey.parse(found.key.get())
          .map(key -> KeyValue.pair(key, IndexRow.parse(found.value)));
    }
  }
}
