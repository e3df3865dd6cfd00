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
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a schedule on disk: those of the topic under their own keys, each behind its time; a
 * row for each in the order of the times, or apart from them if its time is not known; one for each
 * withdrawal; and how many there are. What belongs together is written together, so that it is on
 * the disk as a whole or not at all, and never has to be derived from the others. Confined to the
 * task's thread.
 */
final class ScheduleRows {
  // Keys of the topic begin with a hexadecimal digit: nothing else is among them.
  private static final Bytes COUNT = Bytes.wrap(new byte[] {0});
  private static final byte DUE = 1;
  private static final byte WITHDRAWAL = 2;
  private static final byte UNKNOWN_TIME = 3;
  private static final Bytes DUE_END = Bytes.wrap(new byte[] {DUE + 1});
  private static final Bytes WITHDRAWAL_END = Bytes.wrap(new byte[] {WITHDRAWAL + 1});
  private static final Bytes UNKNOWN_TIME_END = Bytes.wrap(new byte[] {UNKNOWN_TIME + 1});
  private static final int DUE_KEY = 1 + Long.BYTES;
  private static final byte[] NOTHING = new byte[0];

  /** The row of a withdrawal behind which the topic has another notification of the same key. */
  private static final byte[] OVERTAKEN = {1};

  private final KeyValueStore<Bytes, byte[]> store;
  private final BiPredicate<byte[], byte[]> same;
  private final List<KeyValue<Bytes, byte[]>> unwritten = new ArrayList<>();
  private final Map<Bytes, Optional<byte[]>> changed = new HashMap<>();
  private int count;
  private int withdrawals;

  /**
   * Creates rows in a store.
   *
   * @param same whether two values are of one notification, which was written twice
   */
  ScheduleRows(KeyValueStore<Bytes, byte[]> store, BiPredicate<byte[], byte[]> same) {
    this.store = store;
    this.same = same;
  }

  /** Reads what must be known, once the store is open. */
  void open() {
    byte @Nullable [] counted = store.get(COUNT);
    count = counted == null ? 0 : ByteBuffer.wrap(counted).getInt();
    withdrawals = withdrawals().size();
  }

  int count() {
    return count;
  }

  /** Returns what the topic has under a key; null if that is nothing. */
  byte @Nullable [] get(Bytes key) {
    byte @Nullable [] row = row(key);
    return row == null ? null : value(row);
  }

  private static byte[] value(byte[] row) {
    return Arrays.copyOfRange(row, Long.BYTES, row.length);
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
    boolean withdrawal = ScheduleKey.isWithdrawal(key.get());
    byte @Nullable [] before = row(key);
    if (before != null) {
      removeOrder(key, due(before));
      count--;
      withdrawals -= withdrawal ? 1 : 0;
    }
    byte @Nullable [] row = null;
    if (value != null) {
      row = ByteBuffer.allocate(Long.BYTES + value.length).putLong(due).put(value).array();
      unwritten.add(new KeyValue<>(order(key, due), NOTHING));
      count++;
      withdrawals += withdrawal ? 1 : 0;
      if (!withdrawal) {
        overtake(key, before, value);
      }
    }
    unwritten.add(new KeyValue<>(key, row));
    changed.put(key, Optional.ofNullable(row));
  }

  private void removeOrder(Bytes key, long due) {
    unwritten.add(new KeyValue<>(order(key, due), null));
    if (due == ScheduleStore.UNKNOWN && !ScheduleKey.isWithdrawal(key.get())) {
      // An earlier version had it among the times.
      unwritten.add(new KeyValue<>(timed(key, due), null));
    }
  }

  /**
   * Remembers that a withdrawal of the key is older than what is put there: but not if that is
   * there already, and was read and written again by a process that had not committed it.
   */
  private void overtake(Bytes key, byte @Nullable [] before, byte[] value) {
    if (withdrawals == 0) {
      return;
    }
    Bytes withdrawal = Bytes.wrap(ScheduleKey.withdrawalOf(key.get()));
    if (row(withdrawal) != null && (before == null || !same.test(value(before), value))) {
      unwritten.add(new KeyValue<>(order(withdrawal, ScheduleStore.UNKNOWN), OVERTAKEN));
    }
  }

  /** Whether the topic has another notification behind a withdrawal, as far as was read. */
  boolean isOvertaken(Bytes withdrawal) {
    byte @Nullable [] row = store.get(order(withdrawal, ScheduleStore.UNKNOWN));
    return row != null && Arrays.equals(row, OVERTAKEN);
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
    byte[] row = timed(one.key(), one.due()).get();
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
    return keys(Bytes.wrap(new byte[] {WITHDRAWAL}), WITHDRAWAL_END, Integer.MAX_VALUE);
  }

  /** Returns the keys that follow one among those whose time is not known: so many at most. */
  List<Bytes> ofUnknownTime(Bytes one, int most) {
    byte[] of = one.get();
    byte[] from = ByteBuffer.allocate(of.length + 2).put(UNKNOWN_TIME).put(of).array();
    return keys(Bytes.wrap(from), UNKNOWN_TIME_END, most);
  }

  private List<Bytes> keys(Bytes from, Bytes to, int most) {
    List<Bytes> keys = new ArrayList<>();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> rows = store.range(from, to)) {
      while (keys.size() < most && rows.hasNext()) {
        last = rows.next().key;
        keys.add(Bytes.wrap(Arrays.copyOfRange(last.get(), 1, last.get().length)));
      }
    }
    if (keys.size() < most) {
      checkEnd(from, to, last);
    }
    return keys;
  }

  private void checkEnd(Bytes from, Bytes to, @Nullable Bytes last) {
    try (KeyValueIterator<Bytes, byte[]> backwards = store.reverseRange(from, to)) {
      WholeWalk.check("schedules", last, backwards.hasNext() ? backwards.peekNextKey() : null);
    }
  }

  /** The row that puts a key into its order: that of the times, or of the keys. */
  private static Bytes order(Bytes key, long due) {
    byte[] of = key.get();
    if (due != ScheduleStore.UNKNOWN && !ScheduleKey.isWithdrawal(of)) {
      return timed(key, due);
    }
    byte kind = ScheduleKey.isWithdrawal(of) ? WITHDRAWAL : UNKNOWN_TIME;
    return Bytes.wrap(ByteBuffer.allocate(1 + of.length).put(kind).put(of).array());
  }

  private static Bytes timed(Bytes key, long due) {
    byte[] of = key.get();
    ByteBuffer row = ByteBuffer.allocate(DUE_KEY + of.length).put(DUE);
    // Without its sign, so that the bytes are in the order of the numbers.
    return Bytes.wrap(row.putLong(due ^ Long.MIN_VALUE).put(of).array());
  }

  private static long due(byte[] row) {
    return ByteBuffer.wrap(row).getLong();
  }
}
