package dev.tidings.node.replay;

import java.util.concurrent.TimeUnit;

/**
 * Limits the bytes that are read of the log in a second, on average, by all who share it.
 * Thread-safe.
 */
final class ReadPace {
  private final long bytesPerSecond;
  private long turn;

  /**
   * @param now by the clock of {@link #take}
   */
  ReadPace(long bytesPerSecond, long now) {
    this.bytesPerSecond = bytesPerSecond;
    this.turn = now;
  }

  /** Counts what was read. Returns for how long nothing more is to be, in nanoseconds. */
  synchronized long take(long bytes, long now) {
    turn = Math.max(turn, now) + (long) ((double) bytes / bytesPerSecond * NANOS);
    return turn - now;
  }

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
}
