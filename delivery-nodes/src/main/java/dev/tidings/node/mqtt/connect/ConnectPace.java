package dev.tidings.node.mqtt.connect;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads CONNECTs over time, so that many at once are answered one after another instead of all
 * too late. Each reserves the next free time slot; one that would wait too long gets none. A burst
 * of a tenth of a second's worth is allowed. Thread-safe; never blocks.
 */
public final class ConnectPace {
  /** Returned instead of a wait that would be too long. */
  public static final long TOO_LONG = -1;

  private static final long SECOND = 1_000_000_000L;
  private static final long BURST = SECOND / 10;
  private static final long UNUSED = Long.MIN_VALUE;

  private final long interval;
  private final long maxWait;
  private final AtomicLong next = new AtomicLong(UNUSED);

  /**
   * @param perSecond CONNECTs per second; 0 for no limit
   * @param maxWait the longest that a CONNECT may wait for its turn
   */
  public ConnectPace(int perSecond, Duration maxWait) {
    if (perSecond < 0) {
      throw new IllegalArgumentException("connects per second: " + perSecond + " (expected: >= 0)");
    }
    this.interval = perSecond == 0 ? 0 : SECOND / perSecond;
    this.maxWait = maxWait.toNanos();
  }

  public static ConnectPace unlimited() {
    return new ConnectPace(0, Duration.ZERO);
  }

  /**
   * Reserves a turn.
   *
   * @param now in nanoseconds, by a clock that all callers share
   * @return how long to wait, in nanoseconds; 0 to proceed now, {@link #TOO_LONG} if refused
   */
  public long reserve(long now) {
    if (interval == 0) {
      return 0;
    }
    while (true) {
      long free = next.get();
      long earliest = now - BURST;
      long turn = free != UNUSED && free - earliest > 0 ? free : earliest;
      long wait = Math.max(0, turn - now);
      if (wait > maxWait) {
        return TOO_LONG;
      }
      if (next.compareAndSet(free, turn + interval)) {
        return wait;
      }
    }
  }
}
