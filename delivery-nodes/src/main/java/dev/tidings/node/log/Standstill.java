package dev.tidings.node.log;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this process stood still (stopped, or starved) for so long that others may have been
 * given its partitions. Until it has heard whether they were, it must neither read on nor commit:
 * it would park again what the others have delivered, and take their commits back. For one thread.
 */
final class Standstill {
  private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

  private final long longest;
  private final long settling;
  private long lastTurn;
  private long doubtfulSince;
  private boolean doubtful;

  /**
   * @param longest the longest that a turn may take without doubt
   * @param settling how long it takes at most to hear who owns what
   * @param now the time, in nanoseconds since any moment
   */
  Standstill(Duration longest, Duration settling, long now) {
    this.longest = longest.toNanos();
    this.settling = settling.toNanos();
    this.lastTurn = now;
  }

  /** To be asked at every turn: whether it is in doubt what this process owns. */
  boolean isDoubtful(long now) {
    long stood = now - lastTurn;
    lastTurn = now;
    if (stood > longest) {
      LOG.warn(
          "stood still for {} ms: nothing is read or committed until it is clear who owns what",
          Duration.ofNanos(stood).toMillis());
      doubtful = true;
      doubtfulSince = now;
    } else if (doubtful && now - doubtfulSince >= settling) {
      doubtful = false;
    }
    return doubtful;
  }
}
