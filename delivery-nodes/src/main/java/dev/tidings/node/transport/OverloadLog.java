package dev.tidings.node.transport;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that connections are turned away: one line a second however many there are. */
final class OverloadLog {
  private static final Logger log = LoggerFactory.getLogger(OverloadLog.class);

  private final int max;
  private final AtomicLong turnedAway = new AtomicLong();

  OverloadLog(int max) {
    this.max = max;
  }

  /** The first one of a second makes the line due, which then counts the others too. */
  void turnedAway(EventExecutor executor) {
    if (turnedAway.getAndIncrement() == 0) {
      executor.schedule(this::say, 1, TimeUnit.SECONDS);
    }
  }

  private void say() {
    log.warn(
        "turned away {} connections in the last second (expected: <= {} open)",
        turnedAway.getAndSet(0),
        max);
  }
}
