package dev.tidings.streams.schedule;

import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.service.rocks.WholeWalk;
import dev.tidings.streams.schedule.DueIndex.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a schedule on disk: those of the topic under their own keys, each behind its time; a
 * row for each in the order of the times; one for each withdrawal; and how many there are. What
 * belongs together is written together, so that it is on the disk as a whole or not at all, and
 * never has to be derived from the others. Confined to the task's thread.
 */
final class ScheduleRows {
  // Keys of the topic begin with a hexadecimal digit: nothing else is among them.
  private static final Bytes COUNT = Bytes.wrap(new byte[] {0});
  private static final byte DUE = 1;
  private static final byte WITHDRAWAL = 2;
  private static final Bytes DUE_END = Bytes.wrap(new byte[] {DUE + 1});
  private static final Bytes WITHDRAWAL_END = Bytes.wrap(new byte[] {WITHDRAWAL + 1});
  private static final int DUE_KEY = 1 + Long.BYTES;

  private final KeyValueStore<Bytes, byte[]> store;
  private final List<KeyValue<Bytes, byte[]>> unwritten = new ArrayList<>();
  private final Map<Bytes, Optional<byte[]>> changed = new HashMap<>();
  private int count;

  ScheduleRows(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Reads what must be known, once the store is open. */
  void open() {
    byte @Nullable [] counted = store.get(COUNT);
    count = counted == null ? 0 : ByteBuffer.wrap(counted).getInt();
  }

  int count() {
    return count;
  }

  /** Returns what the topic has under a key; null if that is nothing. */
  byte @Nullable [] get(Bytes key) {
    byte @Nullable [] row = row(key);
    return row == null ? null : Arrays.copyOfRange(row, Long.BYTES, row.length);
  }

  /** Returns the entry of a key; null if there is none. */
  @Nullable Entry entry(Bytes key) {
    byte @Nullable [] row = row(key);
    return row == null ? null : new Entry(due(row), key);
  }

  private byte @Nullable [] row(Bytes key) {
    Optional<byte[]> newer = changed.get(key);
    return newer == null ? store.get(key) : newer.orElse(null);
  }

  /**
   * Changes what there is under a key; {@link #write} writes it.
   *
   * @param value null to remove it
   * @param due its time, in ms since the epoch
   */
  void put(Bytes key, byte @Nullable [] value, long due) {
    byte @Nullable [] before = row(key);
    if (before != null) {
      unwritten.add(new KeyValue<>(order(key, due(before)), null));
      count--;
    }
    byte @Nullable [] row = null;
    if (value != null) {
      row = ByteBuffer.allocate(Long.BYTES + value.length).putLong(due).put(value).array();
      unwritten.add(new KeyValue<>(order(key, due), new byte[0]));
      count++;
    }
    unwritten.add(new KeyValue<>(key, row));
    changed.put(key, Optional.ofNullable(row));
  }

  /** Writes what was changed, as a whole. */
  void write() {
    if (unwritten.isEmpty()) {
      return;
    }
    unwritten.add(new KeyValue<>(COUNT, ByteBuffer.allocate(Integer.BYTES).putInt(count).array()));
    store.putAll(unwritten);
    unwritten.clear();
    changed.clear();
  }

  /** Returns the entries that follow one, in the order of their times: so many at most. */
  List<Entry> behind(Entry one, int most) {
    byte[] row = order(one.key(), one.due()).get();
    Bytes from = Bytes.wrap(Arrays.copyOf(row, row.length + 1));
    List<Entry> entries = new ArrayList<>();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, DUE_END)) {
      while (entries.size() < most && rows.hasNext()) {
        last = rows.next().key;
        entries.add(entryAt(last.get()));
      }
    }
    if (entries.size() < most) {
      checkEnd(from, DUE_END, last);
    }
    return entries;
  }

  private static Entry entryAt(byte[] row) {
    long due = ByteBuffer.wrap(row, 1, Long.BYTES).getLong() ^ Long.MIN_VALUE;
    return new Entry(due, Bytes.wrap(Arrays.copyOfRange(row, DUE_KEY, row.length)));
  }

  /** Returns the keys of all withdrawals. */
  List<Bytes> withdrawals() {
    Bytes from = Bytes.wrap(new byte[] {WITHDRAWAL});
    List<Bytes> keys = new ArrayList<>();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, WITHDRAWAL_END)) {
      while (rows.hasNext()) {
        last = rows.next().key;
        keys.add(Bytes.wrap(Arrays.copyOfRange(last.get(), 1, last.get().length)));
      }
    }
    checkEnd(from, WITHDRAWAL_END, last);
    return keys;
  }

  private void checkEnd(Bytes from, Bytes to, @Nullable Bytes last) {
    try (KeyValueIterator<Bytes, byte[]> backwards = store.reverseRange(from, to)) {
      WholeWalk.check("schedules", last, backwards.hasNext() ? backwards.peekNextKey() : null);
    }
  }

  /** The row that puts a key into its order: that of the times, or the withdrawals. */
  private static Bytes order(Bytes key, long due) {
    byte[] of = key.get();
    if (ScheduleKey.isWithdrawal(of)) {
      return Bytes.wrap(ByteBuffer.allocate(1 + of.length).put(WITHDRAWAL).put(of).array());
    }
    ByteBuffer row = ByteBuffer.allocate(DUE_KEY + of.length).put(DUE);
    // Without its sign, so that the bytes are in the order of the numbers.
    return Bytes.wrap(row.putLong(due ^ Long.MIN_VALUE).put(of).array());
  }

  private static long due(byte[] row) {
    return ByteBuffer.wrap(row).getLong();
  }
}
