package dev.tidings.node.inbox;

/**
 * What stands in the store for one device: enough to never look where nothing is, and to end every
 * scan before it runs into the tombstones behind the last entry. Confined to one thread.
 *
 * <p>{@code low} and {@code high} are bounds: exact until an entry in between outlives them.
 */
public final class ParkedRange {
  private long count;
  private long low = Long.MAX_VALUE;
  private long high = -1;

  public void add(long sequence) {
    count++;
    low = Math.min(low, sequence);
    high = Math.max(high, sequence);
  }

  public void remove(long sequence) {
    count = Math.max(0, count - 1);
    if (count == 0) {
      low = Long.MAX_VALUE;
      high = -1;
    } else if (sequence == low) {
      low = sequence + 1;
    }
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public long count() {
    return count;
  }

  public long low() {
    return low;
  }

  public long high() {
    return high;
  }
}
