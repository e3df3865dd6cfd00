package dev.tidings.ingest.trace.table;

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
 * Reads a range of one partition of the table. An iterator ends at a damaged block of RocksDB as it
 * does at the end of the table: so each scan continues until it sees a key after the range, and if
 * there is none, it must have seen the table's last key.
 */
final class ReceiptScan {
  /** The number of receipts of a page. */
  private static final int PAGE = 100;

  /** The limit of entries read, if many ids have the same beginning, or many tokens one id. */
  static final int MAX_READ = 10_000;

  /**
   * How often a scan is repeated: a record written during one looks like damage, but not each time.
   */
  private static final int TRIES = 5;

  private final Part part;
  private final Bytes first;
  private final Bytes last;
  private final Predicate<ReceiptKey> wanted;

  private List<Kept> found = new ArrayList<>();
  private @Nullable Bytes seen;
  private @Nullable String next;
  private boolean cut;

  /**
   * What a scan found.
   *
   * @param next the mark at which the next page begins; null if there is none, or none is known
   * @param cut whether it ended at the limit of what is read: there may be more
   * @param behind the first key that was seen and not looked at; null if the table ends before
   */
  record Page(List<Kept> receipts, @Nullable String next, boolean cut, @Nullable Bytes behind) {}

  /** The part of the table that is read. */
  interface Part {
    /** Returns the entries from a key on, in order. */
    KeyValueIterator<Bytes, byte[]> from(Bytes first);

    /** Returns the last key, found by a reverse scan; null if there is none. */
    @Nullable Bytes last();
  }

  ReceiptScan(Part part, Bytes first, Bytes last, Predicate<ReceiptKey> wanted) {
    this.part = part;
    this.first = first;
    this.last = last;
    this.wanted = wanted;
  }

  /**
   * Returns a page of the range.
   *
   * @throws DamagedTableException if a part of it is unreadable
   */
  Page read() {
    for (int tries = 0; tries < TRIES; tries++) {
      if (readOn()) {
        return new Page(found, next, cut, seen);
      }
      try {
        checkEnd(seen, first, end());
        return new Page(found, null, false, null);
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
      // The table is empty, or its end is unreadable.
      try (KeyValueIterator<Bytes, byte[]> all = part.from(Bytes.wrap(new byte[0]))) {
        if (all.hasNext()) {
          throw damaged("the last one");
        }
      }
    }
    return end;
  }

  /**
   * Checks that a scan has reached the end of the table.
   *
   * @param seen the last key that the scan found, if any
   * @param from the key at which it began; null for the beginning
   * @param end the last key, found by a reverse scan, if there is one
   * @throws DamagedTableException if the scan ended before the table
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
        "table %s: not all entries can be read: %s".formatted(TraceTopology.STORE, what));
  }

  /** Returns whether the scan ended by itself; false if the iterator ended. */
  private boolean readOn() {
    found = new ArrayList<>();
    seen = null;
    next = null;
    cut = false;
    try (KeyValueIterator<Bytes, byte[]> receipts = part.from(first)) {
      int read = 0;
      while (receipts.hasNext()) {
        KeyValue<Bytes, byte[]> receipt = receipts.next();
        seen = receipt.key;
        if (receipt.key.compareTo(last) > 0) {
          return true;
        }
        if (read == MAX_READ) {
          cut = true;
          return true;
        }
        read++;
        Optional<ReceiptKey> key = ReceiptKey.parse(receipt.key.get());
        if (key.isEmpty() || !wanted.test(key.get())) {
          continue;
        }
        // A page ends between tokens, so that the receipts of one token are on one page.
        if (found.size() >= PAGE && !key.get().isBeside()) {
          next = key.get().mark();
          return true;
        }
        found.add(new Kept(key.get(), receipt.value));
      }
      return false;
    }
  }
}
