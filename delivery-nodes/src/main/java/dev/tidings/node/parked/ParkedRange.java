package dev.tidings.node.parked;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Summary of the stored entries of one device: enough to never read where there are none, to end
 * every scan before the tombstones after the last entry, and to know which entries exceed a limit
 * or have been replaced. Confined to one thread.
 *
 * <p>{@code low} and {@code high} are bounds: exact until an entry in between outlives them.
 */
public final class ParkedRange {
  /** No sequence. */
  public static final long NONE = -1;

  private long count;
  private long bytes;
  private long low = Long.MAX_VALUE;
  private long high = NONE;

  /** The newest entry of each collapse key; null if none has one. */
  private @Nullable Map<Long, Long> newest;

  /**
   * Adds a stored entry.
   *
   * @return the entry that a newer one of the same collapse key has replaced: an older entry, or
   *     this one itself; {@link #NONE} if there is none
   */
  public long add(long sequence, ParkedHeader parkedHeader) {
    count++;
    bytes += parkedHeader.bytes();
    low = Math.min(low, sequence);
    high = Math.max(high, sequence);
    if (parkedHeader.collapseKey() == CollapseKeys.NONE) {
      return NONE;
    }
    if (newest == null) {
      newest = new HashMap<>(2);
    }
    @Nullable Long known = newest.get(parkedHeader.collapseKey());
    if (known == null || known < sequence) {
      newest.put(parkedHeader.collapseKey(), sequence);
      return known == null ? NONE : known;
    }
    return sequence;
  }

  /** A stored entry was rewritten. */
  public void rewritten(ParkedHeader before, ParkedHeader after) {
    bytes += after.bytes() - before.bytes();
  }

  public void remove(long sequence, ParkedHeader parkedHeader) {
    count = Math.max(0, count - 1);
    bytes = Math.max(0, bytes - parkedHeader.bytes());
    if (newest != null && newest.remove(parkedHeader.collapseKey(), sequence) && newest.isEmpty()) {
      newest = null;
    }
    if (count == 0) {
      low = Long.MAX_VALUE;
      high = NONE;
    } else if (sequence == low) {
      low = sequence + 1;
    }
  }

  /** Returns whether any stored entry may replace others. */
  public boolean hasCollapseKeys() {
    return newest != null;
  }

  /** Returns whether a newer entry is stored under the same collapse key. */
  public boolean hasNewer(long collapseKey, long sequence) {
    @Nullable Long known = newest == null ? null : newest.get(collapseKey);
    return known != null && known > sequence;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public long count() {
    return count;
  }

  /** Returns the total size of the values. */
  public long bytes() {
    return bytes;
  }

  public long low() {
    return low;
  }

  public long high() {
    return high;
  }
}
