package dev.tidings.node.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition from the low watermark on. Confined to the partition's event loop,
 * except {@link #bytes}, which the log reader's thread uses to decide when to pause.
 */
public final class Window {
  /**
   * What a resolved entry weighs while it stays behind an unresolved one: by it, a watermark that
   * cannot move ends the reading before it ends the memory.
   */
  public static final int RESOLVED_BYTES = 96;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private long next;

  /** The ends of the chain of unresolved entries; null if there is none. */
  private @Nullable Entry oldest;

  private @Nullable Entry newest;

  /**
   * @param start the offset from which the partition is read
   */
  public Window(long start) {
    this.next = start;
  }

  /** Adds the next record; offsets only grow. */
  public void add(Entry entry) {
    if (entry.sequence() < next) {
      throw new IllegalStateException(
          "sequence: " + entry.sequence() + " (expected: >= " + next + ")");
    }
    entries.addLast(entry);
    append(entry);
    bytes.addAndGet(entry.bytes());
    next = entry.sequence() + 1;
  }

  /** Skips a record that needs no delivery. */
  public void skip(long sequence) {
    next = Math.max(next, sequence + 1);
  }

  /** Resolves an entry whose final receipt is in the log. Idempotent. */
  public void resolve(Entry entry) {
    if (entry.state() == Entry.State.RESOLVED) {
      return;
    }
    if (entry.older == null && entry != oldest) {
      // It was never added: resolved before the partition came here.
      entry.resolve();
      return;
    }
    remove(entry);
    entry.resolve();
    long change = (long) RESOLVED_BYTES - entry.bytes();
    @Nullable Entry first = entries.peekFirst();
    while (first != null && first.state() == Entry.State.RESOLVED) {
      entries.removeFirst();
      change -= RESOLVED_BYTES;
      first = entries.peekFirst();
    }
    bytes.addAndGet(change);
  }

  private void append(Entry entry) {
    entry.older = newest;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void remove(Entry entry) {
    @Nullable Entry older = entry.older;
    @Nullable Entry newer = entry.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    entry.older = null;
    entry.newer = null;
  }

  /** Returns the low watermark: the first offset not resolved. */
  public long low() {
    @Nullable Entry first = entries.peekFirst();
    return first == null ? next : first.sequence();
  }

  /** Returns the arrival time of the entry at the watermark; null if there is none. */
  public @Nullable Long oldest() {
    @Nullable Entry first = entries.peekFirst();
    return first == null ? null : first.arrivedAt();
  }

  /** Returns the low watermark with the resolved records beyond it. */
  public CommitPoint commitPoint() {
    long low = low();
    BitSet resolved = new BitSet();
    for (Entry entry : entries) {
      long distance = entry.sequence() - low;
      if (distance >= CommitPoint.MAX_DISTANCE) {
        break;
      }
      if (entry.state() == Entry.State.RESOLVED) {
        resolved.set((int) distance);
      }
    }
    return new CommitPoint(low, resolved);
  }

  /**
   * Returns the unresolved entries that arrived at {@code latest} or before: they hold the
   * watermark.
   */
  public List<Entry> overdue(long latest) {
    List<Entry> overdue = new ArrayList<>();
    @Nullable Entry entry = oldest;
    while (entry != null && entry.arrivedAt() <= latest) {
      overdue.add(entry);
      entry = entry.newer;
    }
    return overdue;
  }

  /** Returns whether a sequence was added, or passed over, and is not among the unresolved. */
  public boolean isOver(long sequence) {
    @Nullable Entry entry = oldest;
    while (entry != null && entry.sequence() < sequence) {
      entry = entry.newer;
    }
    return sequence < next && (entry == null || entry.sequence() != sequence);
  }

  /** Returns whether a sequence is before the one that is read next. */
  public boolean hasRead(long sequence) {
    return sequence < next;
  }

  /** Returns whether any unresolved entry is one of these. */
  public boolean hasAny(Predicate<Entry> these) {
    @Nullable Entry entry = oldest;
    while (entry != null && !these.test(entry)) {
      entry = entry.newer;
    }
    return entry != null;
  }

  /** Returns whether the receipt of any entry is being written to the log. */
  public boolean isEnding() {
    @Nullable Entry entry = oldest;
    while (entry != null && entry.state() != Entry.State.ENDING) {
      entry = entry.newer;
    }
    return entry != null;
  }

  /**
   * Returns the total size of the unresolved entries, and of what is left of the resolved ones
   * behind them; zero if all are resolved. Thread-safe.
   */
  public long bytes() {
    return bytes.get();
  }

  /** Returns the number of entries, including resolved ones after an unresolved one. */
  public int size() {
    return entries.size();
  }
}
