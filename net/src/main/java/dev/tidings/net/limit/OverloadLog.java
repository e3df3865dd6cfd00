package dev.tidings.net.limit;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refused connections, at most one line per second. */
public final class OverloadLog {
  private static final Logger log = LoggerFactory.getLogger(OverloadLog.class);

  private final String expected;
  private final AtomicLong turnedAway = new AtomicLong();

  /**
   * @param expected how many connections there may be, in the words of the line
   */
  public OverloadLog(String expected) {
    this.expected = expected;
  }

  /**
   * Notes a refused connection. The first one schedules the line, which then includes all others
   * within the second.
   */
  public void turnedAway(EventExecutor executor) {
    if (turnedAway.getAndIncrement() == 0) {
      executor.schedule(this::say, 1, TimeUnit.SECONDS);
    }
  }

  private void say() {
    log.warn(
        "turned away {} connections in the last second (expected: {})",
        turnedAway.getAndSet(0),
        expected);
  }
}
