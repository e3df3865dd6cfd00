package dev.tidings.net.limit;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts events of one kind by key, such as an address (a leaky bucket for each): so many may come
 * at once, and from then on one in each interval. Whoever counts decides what happens to a key that
 * has more. A limited number of keys is remembered, the one seen longest ago is forgotten first,
 * and one of which nothing came for a while is forgotten in any case; a key without events costs
 * nothing. Thread-safe; never blocks for long.
 *
 * <p>Times are in nanoseconds, by a clock that all callers share.
 *
 * @param <K> {@link PeerAddress}, for example
 */
public final class RateLimiter<K> {
  private static final long SECOND = 1_000_000_000L;

  /** How many quiet keys are forgotten whenever another one is looked at. */
  private static final int FORGOTTEN_AT_ONCE = 2;

  private final long interval;
  private final long allowance;
  private final long maxAhead;

  /** Guarded by the lock; the key that was seen last is last. */
  private final Map<K, Bucket> buckets;

  private volatile boolean empty = true;

  /**
   * @param burst how many events of a key may come at once
   * @param interval the time after which one more may come
   * @param maxExcess how long a key is over its limit at most after its last event, however many
   *     there were
   * @param maxKeys how many keys are remembered
   */
  public RateLimiter(int burst, Duration interval, Duration maxExcess, int maxKeys) {
    this.interval = interval.toNanos();
    this.allowance = burst * this.interval;
    this.maxAhead = allowance + maxExcess.toNanos();
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > maxKeys;
          }
        };
  }

  /** Returns the interval at which so many come in a second. */
  public static Duration perSecond(int events) {
    return Duration.ofNanos(SECOND / events);
  }

  /** Returns the interval at which so many come in a minute. */
  public static Duration perMinute(int events) {
    return Duration.ofMinutes(1).dividedBy(events);
  }

  /** The events of a key. */
  private static final class Bucket {
    /** When those so far will all have been allowed; the key is quiet from then on. */
    private long due;

    private Bucket(long due) {
      this.due = due;
    }
  }

  /**
   * Counts an event, whether or not its key may have it.
   *
   * @return how long the key is over its limit now; 0 or less: it is not
   */
  public synchronized long count(K key, long now) {
    forgetSomeQuiet(now);
    Bucket bucket = buckets.computeIfAbsent(key, _ -> new Bucket(now));
    empty = false;
    bucket.due = now + Math.min(ahead(bucket, now) + interval, maxAhead);
    return bucket.due - now - allowance;
  }

  /**
   * Counts an event if its key may have it.
   *
   * @return 0, or after how long it may
   */
  public synchronized long tryCount(K key, long now) {
    long wait = excess(key, now) + interval;
    if (wait > 0) {
      return wait;
    }
    var _ = count(key, now);
    return 0;
  }

  /** Returns whether another event would be more than its key may have. */
  public boolean isOverLimit(K key, long now) {
    return !empty && excess(key, now) + interval > 0;
  }

  /** Returns how long a key will still be over its limit; 0 or less: it is not. */
  public synchronized long excess(K key, long now) {
    forgetSomeQuiet(now);
    Bucket bucket = buckets.get(key);
    if (bucket != null && ahead(bucket, now) == 0) {
      buckets.remove(key);
      bucket = null;
    }
    empty = buckets.isEmpty();
    return (bucket == null ? 0 : ahead(bucket, now)) - allowance;
  }

  /** Takes back an event that was counted. */
  public synchronized void giveBack(K key) {
    Bucket bucket = buckets.get(key);
    if (bucket != null) {
      bucket.due -= interval;
    }
  }

  private static long ahead(Bucket bucket, long now) {
    return Math.max(0, bucket.due - now);
  }

  /** Forgets keys that were not seen for longest, and may not come again. */
  private void forgetSomeQuiet(long now) {
    Iterator<Bucket> eldest = buckets.values().iterator();
    for (int i = 0; i < FORGOTTEN_AT_ONCE && eldest.hasNext(); i++) {
      if (ahead(eldest.next(), now) > 0) {
        return;
      }
      eldest.remove();
    }
  }

  /** Forgets all quiet keys: for meters, because it looks at every one. */
  public synchronized void forgetQuiet(long now) {
    buckets.values().removeIf(bucket -> ahead(bucket, now) == 0);
    empty = buckets.isEmpty();
  }

  /** Returns whether no key is remembered. */
  public boolean isEmpty() {
    return empty;
  }

  /** Returns how many keys are remembered. */
  public synchronized int size() {
    return buckets.size();
  }
}
