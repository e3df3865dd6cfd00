package dev.tidings.node.parked;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.rocks.DamagedTableException;
import dev.tidings.service.rocks.WholeWalk;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of the store. Blocks on disk, so it must not be called on an event loop.
 * Thread-safe, like the store.
 */
public final class ParkedStore {
  public static final String STORE = "inbox";

  /** An entry as stored; the value is decoded elsewhere. */
  public record Stored(long sequence, byte[] value) {}

  private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

  public ParkedStore(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /**
   * Returns an index of all entries, from one scan at takeover.
   *
   * @param revoked decides whether a token was revoked
   */
  public ParkedIndex index(ParkedHeaderReader labels, RevokedCheck revoked) {
    ParkedIndex index = new ParkedIndex();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        last = next.key;
        if (LifeRecord.isKey(next.key.get())) {
          index.lives(Life.of(next.value));
          continue;
        }
        try {
          index.add(InboxKey.parse(next.key.get()), labels.read(next.value), revoked);
        } catch (InvalidValueException e) {
          // Not a record of this service; the processor has logged it.
        }
      }
    }
    WholeWalk.check(STORE, last, store);
    return index;
  }

  /** Reads one entry; null if it is not stored. */
  @Nullable Stored read(InboxKey inboxKey) {
    byte @Nullable [] value =
        store.get(Bytes.wrap(InboxKey.bytes(inboxKey.device().key(), inboxKey.sequence())));
    return value == null ? null : new Stored(inboxKey.sequence(), value);
  }

  /**
   * Reads entries in order. The store's iterator reads one entry ahead, and any number of
   * tombstones may follow a device's last entry: so the last one is read by its key, not through
   * the iterator.
   *
   * @param to the last entry, as far as known
   * @param remaining the number of entries from {@code from} to {@code to}, as far as known, at
   *     least 1; if too low, some are not found; if too high, the read takes longer
   */
  public List<Stored> read(byte[] device, long from, long to, long remaining, int limit) {
    List<Stored> found = new ArrayList<>();
    int most = (int) Math.min(limit, remaining - 1);
    scan(device, from, to, most, found);
    long last = found.isEmpty() ? from - 1 : found.getLast().sequence();
    if (found.size() >= limit || last >= to) {
      return found;
    }
    byte @Nullable [] value = store.get(Bytes.wrap(InboxKey.bytes(device, to)));
    if (value != null && found.size() < most) {
      again(device, last + 1, to, limit, found);
      return found;
    }
    if (value != null) {
      found.add(new Stored(to, value));
    } else if (found.size() == most) {
      scan(device, last + 1, to, limit, found);
    }
    return found;
  }

  /**
   * Reads again after a scan ended before the last stored entry: either that one was added only
   * just now, or an unreadable record was taken for the end. Skipping it would withhold it from the
   * device for good.
   */
  private void again(byte[] device, long from, long to, int most, List<Stored> found) {
    int before = found.size();
    scan(device, from, to, most, found);
    if (found.size() == before && store.get(Bytes.wrap(InboxKey.bytes(device, to))) != null) {
      throw new DamagedTableException(
          "table %s: no entry found from %d on, but entry %d is stored".formatted(STORE, from, to));
    }
  }

  private void scan(byte[] device, long from, long to, int most, List<Stored> found) {
    if (found.size() >= most) {
      return;
    }
    Bytes first = Bytes.wrap(InboxKey.bytes(device, from));
    Bytes end = Bytes.wrap(InboxKey.bytes(device, to));
    try (KeyValueIterator<Bytes, byte[]> range = store.range(first, end)) {
      while (found.size() < most && range.hasNext()) {
        KeyValue<Bytes, byte[]> next = range.next();
        // The store was restored byte for byte: records between a device's entries need not be
        // entries.
        if (next.key.get().length == first.get().length) {
          found.add(new Stored(InboxKey.parse(next.key.get()).sequence(), next.value));
        }
      }
    }
  }
}
