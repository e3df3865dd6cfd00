package dev.tidings.net.limit;

/**
 * A permitted rate: so many a second on average, and what a number of seconds yields at once after
 * as long a pause.
 */
public record Rate(int perSecond, int seconds) {
  public static final int MAX_PER_SECOND = 1_000_000;
  public static final int MAX_SECONDS = 3_600;

  static final long SECOND = 1_000_000_000L;

  public Rate {
    if (perSecond < 1 || perSecond > MAX_PER_SECOND || seconds < 1 || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "rate: %d a second, for %d s (expected: 1..%d, and 1..%d s)"
              .formatted(perSecond, seconds, MAX_PER_SECOND, MAX_SECONDS));
    }
  }

  /** Returns how many may come at once. */
  public long burst() {
    return (long) perSecond * seconds;
  }

  /** Returns how long it takes until there is one more. */
  long intervalNanos() {
    return SECOND / perSecond;
  }

  /** Returns how long it takes until all of the burst is there again. */
  long capacityNanos() {
    return seconds * SECOND;
  }
}
