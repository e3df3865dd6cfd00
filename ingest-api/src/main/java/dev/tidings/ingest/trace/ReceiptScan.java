package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceTable.Kept;
import dev.tidings.ingest.trace.TraceTable.Lookup;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.service.rocks.DamagedTableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stretch of one partition of the table. An iterator ends at a block of RocksDB that is
 * damaged as it does at the end of the table: so each reads on until it sees a key behind the
 * stretch, and where there is none, the table's last key has to be one that was seen.
 */
final class ReceiptScan {
  /** How many receipts are told at once. */
  private static final int PAGE = 100;

  /** How many are looked at, where ids begin alike. */
  private static final int MAX_READ = 10_000;

  /** What comes while it is read is no damage; not each time. */
  private static final int TRIES = 5;

  private final Part part;
  private final Bytes first;
  private final Bytes last;
  private final Predicate<ReceiptKey> wanted;

  private List<Kept> found = new ArrayList<>();
  private @Nullable Bytes seen;
  private @Nullable String next;

  /** What is read. */
  interface Part {
    /** In order, from a key on. */
    KeyValueIterator<Bytes, byte[]> from(Bytes first);

    /** The last key as seen from the other side; null if there is none. */
    @Nullable Bytes last();
  }

  ReceiptScan(Part part, Bytes first, Bytes last, Predicate<ReceiptKey> wanted) {
    this.part = part;
    this.first = first;
    this.last = last;
    this.wanted = wanted;
  }

  /**
   * What there is, a page of it.
   *
   * @throws DamagedTableException if not all of it can be read
   */
  Lookup.Found read() {
    for (int tries = 0; tries < TRIES; tries++) {
      if (readOn()) {
        return new Lookup.Found(found, next);
      }
      try {
        checkEnd(seen, first, end());
        return new Lookup.Found(found, null);
      } catch (DamagedTableException e) {
        if (tries == TRIES - 1) {
          throw e;
        }
      }
    }
    throw new AssertionError("not reached");
  }

  private @Nullable Bytes end() {
    @Nullable Bytes end = part.last();
    if (end == null) {
      // It is empty, or its end can't be read.
      try (KeyValueIterator<Bytes, byte[]> all = part.from(Bytes.wrap(new byte[0]))) {
        if (all.hasNext()) {
          throw damaged("the last one");
        }
      }
    }
    return end;
  }

  /**
   * Checks where a walk has ended.
   *
   * @param seen the last key that it has found, if any
   * @param from where it has begun; null: at the beginning
   * @param end the last key as seen from the other side, if there is one
   * @throws DamagedTableException if it has ended before the table does
   */
  static void checkEnd(@Nullable Bytes seen, @Nullable Bytes from, @Nullable Bytes end) {
    boolean whole =
        end == null
            ? seen == null
            : seen != null ? end.compareTo(seen) <= 0 : from != null && end.compareTo(from) < 0;
    if (!whole) {
      throw damaged("what is behind " + (seen == null ? from : seen));
    }
  }

  private static DamagedTableException damaged(String what) {
    return new DamagedTableException(
        "table %s: not all entries can be read: %s".formatted(TraceTable.STORE, what));
  }

  /** Whether it came to an end of its own: else the iterator did. */
  private boolean readOn() {
    found = new ArrayList<>();
    seen = null;
    next = null;
    try (KeyValueIterator<Bytes, byte[]> receipts = part.from(first)) {
      for (int read = 0; receipts.hasNext(); read++) {
        KeyValue<Bytes, byte[]> receipt = receipts.next();
        seen = receipt.key;
        if (read == MAX_READ || receipt.key.compareTo(last) > 0) {
          return true;
        }
        Optional<ReceiptKey> key = ReceiptKey.parse(receipt.key.get()).filter(wanted);
        if (key.isEmpty()) {
          continue;
        }
        // A page ends before a token, so that what belongs together is told together.
        if (found.size() >= PAGE && !key.get().repeated()) {
          next = key.get().mark();
          return true;
        }
        found.add(new Kept(key.get(), receipt.value));
      }
      return false;
    }
  }
}
