package dev.tidings.ingest.trace.index;

import dev.tidings.service.rocks.DamagedTableException;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** The table of receipts, whose rows the index has. For the thread of the table. */
final class IndexedTable {
  private final TimestampedKeyValueStore<Bytes, byte[]> receipts;

  IndexedTable(TimestampedKeyValueStore<Bytes, byte[]> receipts) {
    this.receipts = receipts;
  }

  byte @Nullable [] get(Bytes key) {
    @Nullable ValueAndTimestamp<byte[]> found = receipts.get(key);
    return found == null ? null : found.value();
  }

  /**
   * Passes receipts on, in the order of their keys.
   *
   * @param from where to begin; null for the beginning
   * @param enough asked behind each; true to stop
   * @return where to go on; null if there are no more
   * @throws DamagedTableException if there are more, and they cannot be read
   */
  @Nullable Bytes walk(
      @Nullable Bytes from, BiConsumer<Bytes, byte[]> each, BooleanSupplier enough) {
    @Nullable Bytes seen = from;
    try (KeyValueIterator<Bytes, ValueAndTimestamp<byte[]>> all = receipts.range(from, null)) {
      while (all.hasNext()) {
        KeyValue<Bytes, ValueAndTimestamp<byte[]>> receipt = all.next();
        seen = receipt.key;
        each.accept(receipt.key, receipt.value.value());
        if (enough.getAsBoolean()) {
          return after(seen);
        }
      }
    }
    checkEnd(seen);
    return null;
  }

  /** Returns the first key behind one. */
  static Bytes after(Bytes key) {
    return Bytes.wrap(Arrays.copyOf(key.get(), key.get().length + 1));
  }

  /** An iterator ends at a damaged block of RocksDB as it does at the end of the table. */
  private void checkEnd(@Nullable Bytes seen) {
    try (KeyValueIterator<Bytes, ValueAndTimestamp<byte[]>> backwards = receipts.reverseAll()) {
      if (backwards.hasNext() && (seen == null || backwards.peekNextKey().compareTo(seen) > 0)) {
        throw new DamagedTableException(
            "table of receipts: not all entries can be read: what is behind " + seen);
      }
    }
  }
}
