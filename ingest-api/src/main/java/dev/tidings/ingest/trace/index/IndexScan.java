package dev.tidings.ingest.trace.index;

import dev.tidings.service.rocks.DamagedTableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Looks through rows of an app in one partition, in the order of their places or against it. An
 * iterator ends at a damaged block of RocksDB as it does at the end of the store: so each scan goes
 * on until it sees a key behind its rows, of which there is always one.
 *
 * @param from the time from which they were accepted, in ms since the epoch
 * @param to the time before which they were accepted
 * @param after the place behind which it begins; null for the first
 * @param newestFirst the order of the places, or the other
 * @param wanted which rows are found
 * @param most how many are found at most
 */
public record IndexScan(
    String app,
    long from,
    long to,
    byte @Nullable [] after,
    boolean newestFirst,
    BiPredicate<IndexKey, IndexRow> wanted,
    int most) {

  /** How much it may cost. */
  @FunctionalInterface
  public interface Bound {
    /** Asked behind each row; returns true to stop. */
    boolean isReached(int rows);
  }

  /** A row that was found. */
  public record Found(IndexKey key, IndexRow row) {}

  /**
   * What was found.
   *
   * @param end the place of the last row that was looked at; null if all were
   */
  public record Result(List<Found> rows, byte @Nullable [] end) {}

  /**
   * Looks through the rows.
   *
   * @throws DamagedTableException if a part of them is unreadable
   */
  public Result over(ReadOnlyKeyValueStore<Bytes, byte[]> rows, Bound bound) {
    if (from >= to) {
      return new Result(List.of(), null);
    }
    Bytes first = IndexKey.first(app, to - 1);
    Bytes behind = IndexKey.behind(app, from);
    @Nullable Bytes begin = after == null ? null : IndexKey.of(app, after);
    if (newestFirst) {
      Bytes start = begin == null || begin.compareTo(first) < 0 ? first : begin;
      try (KeyValueIterator<Bytes, byte[]> each = rows.range(start, null)) {
        return read(each, begin, first, behind, bound);
      }
    }
    Bytes start = begin == null || begin.compareTo(behind) > 0 ? behind : begin;
    try (KeyValueIterator<Bytes, byte[]> each = rows.reverseRange(null, start)) {
      return read(each, begin, first, behind, bound);
    }
  }

  private Result read(
      KeyValueIterator<Bytes, byte[]> each,
      @Nullable Bytes begin,
      Bytes first,
      Bytes behind,
      Bound bound) {
    List<Found> found = new ArrayList<>();
    int read = 0;
    while (each.hasNext()) {
      KeyValue<Bytes, byte[]> next = each.next();
      if (next.key.equals(begin)) {
        continue;
      }
      if (newestFirst ? next.key.compareTo(behind) >= 0 : next.key.compareTo(first) < 0) {
        return new Result(found, null);
      }
      IndexKey.parse(next.key.get())
          .map(key -> new Found(key, IndexRow.parse(next.value)))
          .filter(row -> wanted.test(row.key(), row.row()))
          .ifPresent(found::add);
      read++;
      if (found.size() >= most || bound.isReached(read)) {
        int start = app.length() + 2;
        return new Result(found, Arrays.copyOfRange(next.key.get(), start, next.key.get().length));
      }
    }
    throw new DamagedTableException("the index of the history: not all rows can be read");
  }
}
