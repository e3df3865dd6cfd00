package dev.tidings.node.inbox;

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
 * Reads one partition of the store. It blocks on disk: never call it on an event loop. Thread-safe,
 * as the store is.
 */
public final class ParkedStore {
  /** An entry as it stands: the value is read into a delivery elsewhere. */
  record Stored(long sequence, byte[] value) {}

  private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

  ParkedStore(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /**
   * What stands: one walk over everything, at take-over.
   *
   * @param revoked tells whether a token is
   */
  public ParkedIndex index(LabelReader labels, RevokedCheck revoked) {
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
          // Not one of ours; the processor has said so when it came.
        }
      }
    }
    WholeWalk.check(InboxProcessor.STORE, last, store);
    return index;
  }

  /** Reads one entry; null if it does not stand. */
  @Nullable Stored read(Place place) {
    byte @Nullable [] value =
        store.get(Bytes.wrap(InboxKey.bytes(place.device().key(), place.sequence())));
    return value == null ? null : new Stored(place.sequence(), value);
  }

  /**
   * Reads in order. The iterator of the store looks one entry ahead, and behind a device's last
   * entry may lie any number of tombstones: so the last one is read by its key, not through the
   * iterator.
   *
   * @param to the last entry, as far as known
   * @param remaining how many entries stand from {@code from} to {@code to}, as far as known, at
   *     least 1; too few means that some are not found, too many that it takes longer
   */
  List<Stored> read(byte[] device, long from, long to, long remaining, int limit) {
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
   * The last entry stands, and a scan came to an end before it: either it has only just come, or
   * what can't be read was taken for the end. To pass over that would be to keep it from the device
   * for good.
   */
  private void again(byte[] device, long from, long to, int most, List<Stored> found) {
    int before = found.size();
    scan(device, from, to, most, found);
    if (found.size() == before && store.get(Bytes.wrap(InboxKey.bytes(device, to))) != null) {
      throw new DamagedTableException(
          "table %s: nothing is found from %d on, and %d stands"
              .formatted(InboxProcessor.STORE, from, to));
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
        // Restored byte for byte: what lies between a device's entries need not be one.
        if (next.key.get().length == first.get().length) {
          found.add(new Stored(InboxKey.parse(next.key.get()).sequence(), next.value));
        }
      }
    }
  }
}
