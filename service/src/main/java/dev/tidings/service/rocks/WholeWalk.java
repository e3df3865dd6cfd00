package dev.tidings.service.rocks;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a scan of a table that reached its end from one that stopped at a damaged block.
 */
public final class WholeWalk {
  private WholeWalk() {}

  /**
   * Checks a scan from the first key on, by comparing its last key with the first one of a reverse
   * scan.
   *
   * @param last the last key that the scan found; null if it found none
   * @throws DamagedTableException if the table contains further keys
   */
  public static void check(
      String table, @Nullable Bytes last, ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    @Nullable Bytes end = null;
    try (KeyValueIterator<Bytes, byte[]> backwards = store.reverseAll()) {
      if (backwards.hasNext()) {
        end = backwards.peekNextKey();
      }
    }
    check(table, last, end);
  }

  /**
   * Checks a scan of a part of a table.
   *
   * @param last the last key that the scan found; null if it found none
   * @param end the first key of a reverse scan of the same part; null if it found none
   * @throws DamagedTableException if they are not the same
   */
  public static void check(String table, @Nullable Bytes last, @Nullable Bytes end) {
    if (last == null ? end != null : !last.equals(end)) {
      throw new DamagedTableException(
          "table " + table + ": its entries can't be read from the first to the last");
    }
  }
}
