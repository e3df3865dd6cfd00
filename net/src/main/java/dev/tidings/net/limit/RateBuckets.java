package dev.tidings.net.limit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Token buckets, one for each key, in memory of a fixed size. A bucket that is full is the same as
 * one that was never used, so only those that are not are kept; if there are more than fit, those
 * that will be full first are forgotten. Where a key is kept depends on a secret number, so that
 * nobody can choose keys that push each other out. Allocates nothing. Thread-safe; never blocks for
 * long.
 */
public final class RateBuckets {
  /** How many keys share a place; the first of them to be full gives way. */
  private static final int WAYS = 8;

  private static final int LOCKS = 64;
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private final LongSupplier nanoTime;
  private final long origin;
  private final long secret = ThreadLocalRandom.current().nextLong();
  private final int lastSet;
  private final long[] keys;

  /** When each bucket will be full, in nanoseconds since the origin. */
  private final long[] fullAt;

  private final Object[] locks = new Object[LOCKS];
  private final LongAdder forgotten = new LongAdder();

  /**
   * Creates full buckets.
   *
   * @param size how many may be less than full, a power of two; each takes 16 bytes
   */
  public RateBuckets(int size, LongSupplier nanoTime) {
    if (Integer.bitCount(size) != 1 || size < WAYS) {
      throw new IllegalArgumentException(
          "size: %d (expected: a power of two, at least %d)".formatted(size, WAYS));
    }
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
    this.lastSet = size / WAYS - 1;
    this.keys = new long[size];
    this.fullAt = new long[size];
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /** As {@link #take(long, Rate)}. */
  public long take(String key, Rate rate) {
    return takeHashed(hash(key), rate);
  }

  /**
   * Takes one from the bucket of a key.
   *
   * @return 0, or after how many nanoseconds there will be one
   */
  public long take(long key, Rate rate) {
    return takeHashed(mix(key ^ secret), rate);
  }

  private long takeHashed(long hash, Rate rate) {
    int set = set(hash);
    synchronized (lock(set)) {
      long now = now();
      int at = find(set, hash);
      boolean isKnown = keys[at] == hash;
      long next = (isKnown ? Math.max(fullAt[at], now) : now) + rate.intervalNanos();
      long wait = next - now - rate.capacityNanos();
      if (wait > 0) {
        return wait;
      }
      if (!isKnown && fullAt[at] > now) {
        forgotten.increment();
      }
      keys[at] = hash;
      fullAt[at] = next;
      return 0;
    }
  }

  /** As {@link #giveBack(long, Rate)}. */
  public void giveBack(String key, Rate rate) {
    giveBackHashed(hash(key), rate);
  }

  /** Gives back one that was taken and not used. */
  public void giveBack(long key, Rate rate) {
    giveBackHashed(mix(key ^ secret), rate);
  }

  private void giveBackHashed(long hash, Rate rate) {
    int set = set(hash);
    synchronized (lock(set)) {
      int at = find(set, hash);
      if (keys[at] == hash) {
        fullAt[at] -= rate.intervalNanos();
      }
    }
  }

  /** Returns the place of a key; if it has none, the place that it may have. */
  private int find(int set, long hash) {
    int first = set * WAYS;
    int fullest = first;
    for (int at = first; at < first + WAYS; at++) {
      if (keys[at] == hash) {
        return at;
      }
      if (fullAt[at] < fullAt[fullest]) {
        fullest = at;
      }
    }
    return fullest;
  }

  /** Returns how many are less than full. */
  public int used() {
    int used = 0;
    for (int set = 0; set <= lastSet; set++) {
      synchronized (lock(set)) {
        long now = now();
        for (int at = set * WAYS; at < (set + 1) * WAYS; at++) {
          used += fullAt[at] > now ? 1 : 0;
        }
      }
    }
    return used;
  }

  /** Returns how many were forgotten although they were less than full. */
  public long forgotten() {
    return forgotten.sum();
  }

  private long now() {
    return nanoTime.getAsLong() - origin;
  }

  private Object lock(int set) {
    return locks[set % LOCKS];
  }

  private int set(long hash) {
    return (int) hash & lastSet;
  }

  private long hash(String key) {
    long hash = secret;
    for (int i = 0; i < key.length(); i++) {
      hash = Long.rotateLeft(hash ^ key.charAt(i), 27) * FACTOR;
    }
    return mix(hash);
  }

  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 32) * FACTOR;
    mixed = (mixed ^ mixed >>> 29) * FACTOR;
    return mixed ^ mixed >>> 32;
  }
}
