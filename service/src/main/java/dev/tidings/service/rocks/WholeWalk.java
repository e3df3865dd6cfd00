package dev.tidings.service.rocks;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Tells a walk over a table that came to its end from one that came to a damaged block. */
public final class WholeWalk {
  private WholeWalk() {}

  /**
   * Checks a walk from the first key on: from the other side, the first key is the last one.
   *
   * @param last the last key that was found; null if there was none
   * @throws DamagedTableException if there is more
   */
  public static void check(
      String table, @Nullable Bytes last, ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    @Nullable Bytes end = null;
    try (KeyValueIterator<Bytes, byte[]> backwards = store.reverseAll()) {
      if (backwards.hasNext()) {
        end = backwards.peekNextKey();
      }
    }
    if (last == null ? end != null : !last.equals(end)) {
      throw new DamagedTableException(
          "table " + table + ": its entries can't be read from the first to the last");
    }
  }
}
