package dev.tidings.node.inbox;

import java.time.Duration;

/**
 * Decides when a partition that an unexpected failure has closed is opened again: soon, and more
 * and more seldom if it fails again, since what it fails at may be a record that does not go away.
 * Confined to a stream thread.
 */
final class Reopening {
  static final Duration FIRST = Duration.ofSeconds(1);
  static final Duration LONGEST = Duration.ofMinutes(1);

  /** A partition that has been open for so long fails for the first time again. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private static final long NEVER = Long.MIN_VALUE;

  private long waitMillis;
  private long reopenedAt = NEVER;
  private long failedAt = NEVER;

  /**
   * Returns whether it is time to open the closed partition again.
   *
   * @param now in milliseconds, of any clock; one that is set back only begins the wait anew
   */
  boolean isDue(long now) {
    if (failedAt == NEVER) {
      boolean again = reopenedAt != NEVER && now - reopenedAt < FORGOTTEN.toMillis();
      waitMillis = again ? Math.min(2 * waitMillis, LONGEST.toMillis()) : FIRST.toMillis();
    }
    if (failedAt == NEVER || now < failedAt) {
      failedAt = now;
    }
    return now - failedAt >= waitMillis;
  }

  /** The partition was opened again. */
  void reopened(long now) {
    reopenedAt = now;
    failedAt = NEVER;
  }
}
