package dev.tidings.device;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Computes the delay before another attempt, with full jitter: a random time from 0 to an upper
 * bound that doubles from the base up to the cap. The devices of a node that died must not all
 * return in the same second.
 *
 * @param base the upper bound of the first delay
 * @param cap the upper bound of every delay
 */
public record Backoff(Duration base, Duration cap) {
  public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));

  public Backoff {
    if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "backoff: base " + base + ", cap " + cap + " (expected: 0 < base <= cap)");
    }
  }

  /**
   * Returns the delay before an attempt.
   *
   * @param attempt the number of failures since the last success, from 0 on
   * @param random numbers from 0 to less than 1
   */
  public Duration delay(int attempt, DoubleSupplier random) {
    long bound = base.toMillis();
    for (int i = 0; i < attempt && bound < cap.toMillis(); i++) {
      bound *= 2;
    }
    return Duration.ofMillis((long) (random.getAsDouble() * (Math.min(bound, cap.toMillis()) + 1)));
  }
}
