package dev.tidings.streams.broadcast;

/** Limits how many subscribers are looked at: so many a second, and few at once. */
final class Pace {
  /** So that what else is in the partition waits for a few milliseconds at most. */
  private static final int MOST_AT_ONCE = 250;

  private final double perMilli;
  private double left;
  private long last = Long.MIN_VALUE;

  /**
   * @param perSecond in this partition
   */
  Pace(double perSecond) {
    this.perMilli = perSecond / 1_000;
  }

  /** Returns how many may be looked at now, in ms since the epoch. */
  int allowed(long now) {
    if (last != Long.MIN_VALUE && now > last) {
      left = Math.min(MOST_AT_ONCE, left + (now - last) * perMilli);
    }
    last = now;
    return (int) left;
  }

  void spend(int looked) {
    left -= looked;
  }
}
