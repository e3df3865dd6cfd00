package dev.tidings.ingest.trace.index;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows whose receipts are of another notification by now, or were gone when nobody removed
 * their rows: what goes in an orderly way takes its row along. So a pass is seldom. Receipts go
 * some time after they were written, so that only rows from before that time are looked at, which
 * are the last ones of each app, and those whose time, which a provider may have made up, is to
 * come; the others are stepped over. For the thread of the table.
 */
final class IndexSweep {
  /** How long nothing is swept after the end was reached. */
  private static final Duration BETWEEN = Duration.ofHours(6);

  /** Times up to this far ahead are those of clocks that differ. */
  private static final Duration SKEW = Duration.ofDays(1);

  private final KeyValueStore<Bytes, byte[]> index;
  private final IndexedTable table;
  private final IndexedRows rows;
  private final ReceiptFacts.Reading reading;
  private final Duration retention;

  /** Where it goes on; null to begin. */
  private @Nullable Bytes next;

  private long ended = Long.MIN_VALUE;

  IndexSweep(
      KeyValueStore<Bytes, byte[]> index,
      IndexedTable table,
      IndexedRows rows,
      ReceiptFacts.Reading reading,
      Duration retention) {
    this.index = index;
    this.table = table;
    this.rows = rows;
    this.reading = reading;
    this.retention = retention;
  }

  /** Returns whether there is something to do. */
  boolean isDue(long nowMillis) {
    return next != null
        || ended == Long.MIN_VALUE
        || Math.abs(nowMillis - ended) >= BETWEEN.toMillis();
  }

  /** Ends the pass. */
  void end(long nowMillis) {
    next = null;
    ended = nowMillis;
  }

  /**
   * Sweeps on.
   *
   * @param enough asked behind each row; true to stop
   */
  void goOn(long nowMillis, BooleanSupplier enough) {
    if (next == null) {
      if (!isDue(nowMillis)) {
        return;
      }
      next = IndexKey.first();
    }
    long since = nowMillis - retention.toMillis();
    while (next != null && !enough.getAsBoolean()) {
      Optional<KeyValue<IndexKey, IndexRow>> first = rows.next(next);
      if (first.isEmpty()) {
        // Behind the rows of the last app.
        end(nowMillis);
        return;
      }
      IndexKey row = first.get().key;
      long ahead = nowMillis + SKEW.toMillis();
      next =
          row.at() > ahead
              ? sweep(row.bytes(), IndexKey.first(row.app(), ahead), enough)
              : row.at() >= since
                  ? IndexKey.first(row.app(), since - 1)
                  : sweep(row.bytes(), IndexKey.behind(row.app()), enough);
    }
  }

  /** Sweeps rows of an app. Returns where to go on. */
  private Bytes sweep(Bytes from, Bytes behind, BooleanSupplier enough) {
    // What is read here is removed as it is read.
    rows.write();
    try (KeyValueIterator<Bytes, byte[]> old = index.range(from, behind)) {
      while (old.hasNext()) {
        KeyValue<Bytes, byte[]> each = old.next();
        IndexKey.parse(each.key.get())
            .filter(key -> !isThere(key))
            .ifPresent(key -> rows.remove(key, each.key, IndexRow.parse(each.value)));
        if (enough.getAsBoolean()) {
          return IndexedTable.after(each.key);
        }
      }
    }
    return behind;
  }

  private boolean isThere(IndexKey row) {
    byte @Nullable [] receipt = table.get(Bytes.wrap(row.receipt().bytes()));
    if (receipt == null) {
      return false;
    }
    @Nullable ReceiptFacts facts = reading.readIfKnown(receipt);
    return facts != null
        && (!facts.isRead()
            || IndexKey.of(facts.app(), facts.at(), row.receipt()).filter(row::equals).isPresent());
  }
}
