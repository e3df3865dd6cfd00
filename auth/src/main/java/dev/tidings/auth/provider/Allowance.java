package dev.tidings.auth.provider;

import java.util.function.LongSupplier;

/**
 * A token bucket: so many permits a second, saved up for one second. Of its own, because {@code
 * auth} depends on none of our modules. Thread-safe.
 */
final class Allowance {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final LongSupplier nanoTime;
  private double left;
  private long since;

  Allowance(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    left = perSecond;
    since = nanoTime.getAsLong();
  }

  /** Takes one, if there is one. */
  synchronized boolean take() {
    long now = nanoTime.getAsLong();
    left = Math.min(perSecond, left + (now - since) / NANOS * perSecond);
    since = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  /** Gives back one that was taken and not needed. */
  synchronized void giveBack() {
    left++;
  }
}
