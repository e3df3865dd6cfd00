package dev.tidings.auth.provider;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * The addresses that tokens came from which no key had signed. Remembers the last {@value #MAX};
 * one of which nothing was refused costs nothing. Thread-safe; never blocks for long.
 */
final class RefusedAddresses {
  static final int MAX = 16_384;

  /** Refusals that an address may have at once; from then on one each second. */
  static final int BURST = 20;

  private static final long SECOND = 1_000_000_000L;
  private static final long ALLOWANCE = BURST * SECOND;

  /** How long an address stays over its limit after its last refusal. */
  private static final long MAX_EXCESS = 10 * SECOND;

  private final LongSupplier nanoTime;

  /**
   * When the refusals of each so far will all have been allowed; the last one asked for is last.
   */
  private final SequencedMap<Long, Long> due = new LinkedHashMap<>(16, 0.75f, true);

  RefusedAddresses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Counts a refusal. */
  synchronized void refused(long address) {
    long now = nanoTime.getAsLong();
    Long known = due.get(address);
    long ahead = known == null ? 0 : Math.max(0, known - now);
    due.put(address, now + Math.min(ahead + SECOND, ALLOWANCE + MAX_EXCESS));
    if (due.size() > MAX) {
      due.pollFirstEntry();
    }
  }

  /** Returns whether another refusal would be more than its address may have. */
  synchronized boolean isOverLimit(long address) {
    Long known = due.isEmpty() ? null : due.get(address);
    if (known == null) {
      return false;
    }
    long ahead = known - nanoTime.getAsLong();
    if (ahead <= 0) {
      due.remove(address);
    }
    return ahead > ALLOWANCE - SECOND;
  }

  synchronized int size() {
    return due.size();
  }
}
