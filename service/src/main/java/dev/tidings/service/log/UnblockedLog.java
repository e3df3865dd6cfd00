package dev.tidings.service.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Has log lines written by a thread of their own: whoever is to read standard error may have
 * stopped, and then each thread that has something to log would wait for ever, event loops among
 * them. So many lines wait at most; others are dropped. Thread-safe.
 */
public final class UnblockedLog implements AutoCloseable {
  static final int MOST_LINES = 8192;

  /** How long it may take to write what waits at the end. */
  private static final Duration TO_FLUSH = Duration.ofSeconds(1);

  private final AsyncAppender lines = new AsyncAppender();

  /** From now on, for all that this process logs. */
  public static UnblockedLog begin() {
    return new UnblockedLog((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  UnblockedLog(LoggerContext context) {
    lines.setContext(context);
    lines.setName("lines");
    lines.setQueueSize(MOST_LINES);
    // Otherwise what is less than a warning is dropped while there is place.
    lines.setDiscardingThreshold(0);
    lines.setNeverBlock(true);
    lines.setMaxFlushTime((int) TO_FLUSH.toMillis());
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    List<Appender<ILoggingEvent>> direct = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(direct::add);
    for (Appender<ILoggingEvent> appender : direct) {
      root.detachAppender(appender);
      lines.addAppender(appender);
    }
    lines.start();
    root.addAppender(lines);
  }

  /** Writes what waits, for a second at most. What is logged later is lost. */
  @Override
  public void close() {
    lines.stop();
  }
}
