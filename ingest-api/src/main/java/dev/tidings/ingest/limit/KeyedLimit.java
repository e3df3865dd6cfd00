package dev.tidings.ingest.limit;

import dev.tidings.net.limit.Rate;
import dev.tidings.net.limit.RateBuckets;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The limit of one kind, with a bucket for each key. Takes no memory before it is used. */
final class KeyedLimit {
  private final LimitKind kind;
  private final int size;
  private final LongSupplier nanoTime;
  private final LongAdder refused = new LongAdder();
  private volatile @Nullable RateBuckets buckets;

  /**
   * @param size how many buckets are remembered that are not full
   */
  KeyedLimit(LimitKind kind, int size, LongSupplier nanoTime) {
    this.kind = kind;
    this.size = size;
    this.nanoTime = nanoTime;
  }

  /** Takes one; null if there was one, or if there is no limit. */
  @Nullable Exceeded take(String key, @Nullable Rate rate) {
    return rate == null ? null : answer(rate, buckets().take(key, rate));
  }

  @Nullable Exceeded take(long key, @Nullable Rate rate) {
    return rate == null ? null : answer(rate, buckets().take(key, rate));
  }

  private @Nullable Exceeded answer(Rate rate, long waitNanos) {
    if (waitNanos == 0) {
      return null;
    }
    refused.increment();
    return new Exceeded(kind, rate, waitNanos);
  }

  /** Gives back one that was not used. */
  void giveBack(String key, @Nullable Rate rate) {
    if (rate != null) {
      buckets().giveBack(key, rate);
    }
  }

  void giveBack(long key, @Nullable Rate rate) {
    if (rate != null) {
      buckets().giveBack(key, rate);
    }
  }

  long refused() {
    return refused.sum();
  }

  int used() {
    RateBuckets made = buckets;
    return made == null ? 0 : made.used();
  }

  long forgotten() {
    RateBuckets made = buckets;
    return made == null ? 0 : made.forgotten();
  }

  private RateBuckets buckets() {
    RateBuckets made = buckets;
    return made == null ? made() : made;
  }

  private synchronized RateBuckets made() {
    RateBuckets made = buckets;
    if (made == null) {
      made = new RateBuckets(size, nanoTime);
      buckets = made;
    }
    return made;
  }
}
