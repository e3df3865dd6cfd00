package dev.tidings.node.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition from the low watermark on. Confined to the partition's event loop,
 * but for {@link #bytes}, which the thread that reads the log looks at to know when to pause.
 */
public final class Window {
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private long next;

  /**
   * @param start the offset the partition is read from
   */
  public Window(long start) {
    this.next = start;
  }

  /** Adds the record read next; offsets only grow. */
  public void add(Entry entry) {
    if (entry.sequence() < next) {
      throw new IllegalStateException(
          "sequence: " + entry.sequence() + " (expected: >= " + next + ")");
    }
    entries.addLast(entry);
    bytes.addAndGet(entry.bytes());
    next = entry.sequence() + 1;
  }

  /** Passes over a record that needs no delivery. */
  public void skip(long sequence) {
    next = Math.max(next, sequence + 1);
  }

  /** The entry's end stands in the log. Idempotent. */
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

  /** The low watermark: the first offset not resolved. */
  public long low() {
    @Nullable Entry first = entries.peekFirst();
    return first == null ? next : first.sequence();
  }

  /** When the entry arrived that holds the watermark; null if none does. */
  public @Nullable Long oldest() {
    @Nullable Entry first = entries.peekFirst();
    return first == null ? null : first.arrivedAt();
  }

  /** What is resolved beyond the low watermark. */
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

  /** The entries not resolved that arrived at {@code latest} or before: they hold the watermark. */
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

  /** Whether the receipt of any entry is on its way to the log. */
  public boolean isEnding() {
    return entries.stream().anyMatch(entry -> entry.state() == Entry.State.ENDING);
  }

  /** What the unresolved entries weigh. Thread-safe. */
  public long bytes() {
    return bytes.get();
  }

  /** How many entries the window holds, resolved ones behind an unresolved one included. */
  public int size() {
    return entries.size();
  }
}
