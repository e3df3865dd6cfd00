package dev.tidings.node.window;

import dev.tidings.schemas.value.DeviceId;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Recognises repeated deliveries: the same notification for the same token of the same device among
 * the latest deliveries of a partition. (One id may be used for two apps of a device.) Stores a
 * 128-bit hash for each, in a ring, and a hash table of ring positions; nothing of a delivery
 * itself is kept. Confined to the partition's event loop.
 */
public final class RecentDeliveries {
  private static final int EMPTY = -1;

  private final long[] high;
  private final long[] low;

  /**
   * Hash table with open addressing and linear probing: positions in the ring, or {@link #EMPTY}.
   */
  private final int[] table;

  /** The positions of those that have ended without having been sent. */
  private final BitSet unsent = new BitSet();

  private long added;

  /** What is known of a notification. */
  public enum Known {
    /** It is not among the latest. */
    NOTHING,
    /** It was read. */
    READ,
    /** It has ended, and was not sent to its device. */
    UNSENT
  }

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
    DeliveryPrint print = DeliveryPrint.of(notification, token, device);
    if (find(print.one(), print.other()) != EMPTY) {
      return false;
    }
    int place = (int) (added % high.length);
    if (added >= high.length) {
      remove(place);
    }
    high[place] = print.one();
    low[place] = print.other();
    unsent.clear(place);
    insert(place);
    added++;
    return true;
  }

  /** Returns what is known of a delivery. */
  public Known known(String notification, String token, DeviceId device) {
    int place = place(notification, token, device);
    if (place == EMPTY) {
      return Known.NOTHING;
    }
    return unsent.get(place) ? Known.UNSENT : Known.READ;
  }

  /** A delivery has ended without having been sent; it is not added for that. */
  public void endedUnsent(String notification, String token, DeviceId device) {
    int place = place(notification, token, device);
    if (place != EMPTY) {
      unsent.set(place);
    }
  }

  /** A copy was sent to the device, though it had ended without having been sent. */
  public void sentAgain(String notification, String token, DeviceId device) {
    int place = place(notification, token, device);
    if (place != EMPTY) {
      unsent.clear(place);
    }
  }

  private int place(String notification, String token, DeviceId device) {
    if (high.length == 0) {
      return EMPTY;
    }
    DeliveryPrint print = DeliveryPrint.of(notification, token, device);
    int slot = find(print.one(), print.other());
    return slot == EMPTY ? EMPTY : table[slot];
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
