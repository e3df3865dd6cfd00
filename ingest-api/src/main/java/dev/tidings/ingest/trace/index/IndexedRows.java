package dev.tidings.ingest.trace.index;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows, and the counts of them. A row and its counts are written together: whatever a crash
 * leaves on the disk, the counts are those of the rows that are there. For the thread of the table.
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

  private final KeyValueStore<Bytes, byte[]> rows;

  /** Counts as they are in the store, which nobody else writes. */
  private final Map<Bytes, DayCounts> days =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, DayCounts> eldest) {
          return size() > MOST_DAYS;
        }
      };

  IndexedRows(KeyValueStore<Bytes, byte[]> rows) {
    this.rows = rows;
  }

  /** Says whether there is a row for each receipt. */
  void complete(boolean complete) {
    rows.put(END, new byte[] {0});
    rows.put(STATE, new byte[] {complete ? COMPLETE : INCOMPLETE});
  }

  @Nullable IndexRow get(IndexKey key) {
    byte @Nullable [] found = rows.get(key.bytes());
    return found == null ? null : IndexRow.parse(found);
  }

  /**
   * Writes a row, in place of the one that is there.
   *
   * @param before the one that is there; null for none
   */
  void put(IndexKey key, @Nullable IndexRow before, IndexRow row) {
    if (!row.equals(before)) {
      write(key, before, row);
    }
  }

  /** Removes a row. */
  void remove(IndexKey key, IndexRow row) {
    write(key, row, null);
  }

  private void write(IndexKey key, @Nullable IndexRow before, @Nullable IndexRow after) {
    Bytes day = DayCounts.key(key.app(), DayCounts.day(key.at()));
    // Not there while they are being written: nobody knows what a failure leaves in the store.
    @Nullable DayCounts known = days.remove(day);
    DayCounts counts = known == null ? DayCounts.parse(rows.get(day)) : known;
    if (before != null) {
      counts = counts.with(before, -1);
    }
    if (after != null) {
      counts = counts.with(after, 1);
    }
    List<KeyValue<Bytes, byte[]>> both = new ArrayList<>(2);
    both.add(KeyValue.pair(key.bytes(), after == null ? null : after.bytes()));
    both.add(KeyValue.pair(day, counts.bytes()));
    rows.putAll(both);
    days.put(day, counts);
  }

  /** Returns the first row from a key on; empty if there is none. */
  Optional<KeyValue<IndexKey, IndexRow>> next(Bytes from) {
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
