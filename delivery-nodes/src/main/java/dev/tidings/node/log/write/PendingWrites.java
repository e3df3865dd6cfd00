package dev.tidings.node.log.write;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the records handed over and not in the log yet. Thread-safe. */
final class PendingWrites {
  private static final Logger LOG = LoggerFactory.getLogger(PendingWrites.class);

  private final int most;
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean full;

  /**
   * @param most the number from which on nothing is to be read that adds to them
   */
  PendingWrites(int most) {
    this.most = most;
  }

  void add() {
    count.incrementAndGet();
  }

  /**
   * A write has ended. What follows from it is queued before it counts as done, so that the count
   * is never too low.
   */
  void done(LogWrite write, Runnable then) {
    try {
      then.run();
    } catch (RuntimeException e) {
      LOG.error("{}: what follows its write has failed, and is not tried again", write.place(), e);
    } finally {
      count.decrementAndGet();
    }
  }

  int count() {
    return count.get();
  }

  /** Returns whether there are too many; then until there are half as many. */
  boolean isFull() {
    boolean now = count.get() >= (full ? most / 2 : most);
    full = now;
    return now;
  }
}
