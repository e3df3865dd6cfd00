package dev.tidings.node.log.start;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that this process was stopped or starved for so long that other nodes may have been
 * assigned its partitions. Until it has learned whether they were, it must neither read nor commit:
 * it would park entries that others have delivered, and overwrite their commits. For one thread.
 */
public final class StallDetector {
  private static final Logger LOG = LoggerFactory.getLogger(StallDetector.class);

  private final long longest;
  private final long settling;
  private long lastTurn;
  private long doubtfulSince;
  private boolean doubtful;

  /**
   * @param longest the maximum duration of a turn that causes no doubt
   * @param settling how long it takes at most to learn the current assignment
   * @param now the time, in nanoseconds since an arbitrary moment
   */
  public StallDetector(Duration longest, Duration settling, long now) {
    this.longest = longest.toNanos();
    this.settling = settling.toNanos();
    this.lastTurn = now;
  }

  /** Returns whether it is in doubt which partitions this process owns. To be called every turn. */
  public boolean isOwnershipInDoubt(long now) {
    long stalled = now - lastTurn;
    lastTurn = now;
    if (stalled > longest) {
      LOG.warn(
          "stalled for {} ms: nothing is read or committed until the assignment is known again",
          Duration.ofNanos(stalled).toMillis());
      doubtful = true;
      doubtfulSince = now;
    } else if (doubtful && now - doubtfulSince >= settling) {
      doubtful = false;
    }
    return doubtful;
  }
}
