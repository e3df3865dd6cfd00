package dev.tidings.node.window;

import dev.tidings.schemas.value.DeviceId;
import java.util.Arrays;

/**
 * Recognises repeated deliveries: the same notification for the same token of the same device among
 * the latest deliveries of a partition. (One id may be used for two apps of a device.) Stores a
 * 128-bit hash for each, in a ring, and a hash table of ring positions; a delivery causes no
 * allocation. Confined to the partition's event loop.
 */
public final class RecentDeliveries {
  private static final int EMPTY = -1;

  private final long[] high;
  private final long[] low;

  /**
   * Hash table with open addressing and linear probing: positions in the ring, or {@link #EMPTY}.
   */
  private final int[] table;

  private long added;

  /**
   * @param size the number of deliveries remembered
   */
  public RecentDeliveries(int size) {
    high = new long[size];
    low = new long[size];
    table = new int[size == 0 ? 0 : Integer.highestOneBit(size) << 2];
    Arrays.fill(table, EMPTY);
  }

  /** Adds a delivery. Returns true if it was not among the latest ones. */
  public boolean add(String notification, String token, DeviceId device) {
    if (high.length == 0) {
      return true;
    }
    long one = DeliveryPrint.one(notification, token, device);
    long other = DeliveryPrint.other(notification, token, device);
    if (find(one, other) != EMPTY) {
      return false;
    }
    int place = (int) (added % high.length);
    if (added >= high.length) {
      remove(place);
    }
    high[place] = one;
    low[place] = other;
    insert(place);
    added++;
    return true;
  }

  private int find(long one, long other) {
    for (int slot = slot(one); table[slot] != EMPTY; slot = next(slot)) {
      if (high[table[slot]] == one && low[table[slot]] == other) {
        return slot;
      }
    }
    return EMPTY;
  }

  private void insert(int place) {
    int slot = slot(high[place]);
    while (table[slot] != EMPTY) {
      slot = next(slot);
    }
    table[slot] = place;
  }

  /** Removes an entry and closes the gap: entries displaced by it move back. */
  private void remove(int place) {
    int gap = find(high[place], low[place]);
    table[gap] = EMPTY;
    for (int slot = next(gap); table[slot] != EMPTY; slot = next(slot)) {
      int wanted = slot(high[table[slot]]);
      boolean between =
          gap <= slot ? gap < wanted && wanted <= slot : gap < wanted || wanted <= slot;
      if (!between) {
        table[gap] = table[slot];
        table[slot] = EMPTY;
        gap = slot;
      }
    }
  }

  private int slot(long hash) {
    return (int) (hash ^ (hash >>> 32)) & (table.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (table.length - 1);
  }
}
