package dev.tidings.node.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition from the low watermark on. Confined to the partition's event loop,
 * except {@link #bytes}, which the log reader's thread uses to decide when to pause.
 */
public final class Window {
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private long next;

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
    entry.resolve();
    bytes.addAndGet(-entry.bytes());
    @Nullable Entry first = entries.peekFirst();
    while (first != null && first.state() == Entry.State.RESOLVED) {
      entries.removeFirst();
      first = entries.peekFirst();
    }
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
    for (Entry entry : entries) {
      if (entry.arrivedAt() > latest) {
        break;
      }
      if (entry.state() != Entry.State.RESOLVED) {
        overdue.add(entry);
      }
    }
    return overdue;
  }

  /** Returns whether the receipt of any entry is being written to the log. */
  public boolean isEnding() {
    return entries.stream().anyMatch(entry -> entry.state() == Entry.State.ENDING);
  }

  /** Returns the total size of the unresolved entries. Thread-safe. */
  public long bytes() {
    return bytes.get();
  }

  /** Returns the number of entries, including resolved ones after an unresolved one. */
  public int size() {
    return entries.size();
  }
}
