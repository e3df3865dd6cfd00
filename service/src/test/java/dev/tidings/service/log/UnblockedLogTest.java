package dev.tidings.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnblockedLogTest {
  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("test");
  private final CountDownLatch reads = new CountDownLatch(1);
  private final List<String> written = new CopyOnWriteArrayList<>();

  /** Nobody reads what it writes until the test says so. */
  private final class Blocked extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent line) {
      try {
        reads.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.add(line.getFormattedMessage());
    }
  }

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    Blocked stderr = new Blocked();
    stderr.setContext(context);
    stderr.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(stderr);
  }

  @Test
  void who_logs_does_not_wait_for_who_reads_and_only_so_many_lines_do() {
    try (UnblockedLog unblocked = new UnblockedLog(context)) {
      for (int line = 0; line < 3 * UnblockedLog.MOST_LINES; line++) {
        log.info("line {}", line);
      }
      assertThat(written).isEmpty();
      reads.countDown();
    }

    assertThat(written)
        .startsWith("line 0", "line 1", "line 2")
        .hasSizeBetween(UnblockedLog.MOST_LINES, 2 * UnblockedLog.MOST_LINES);
  }

  @Test
  void the_last_line_is_written_before_the_end() {
    reads.countDown();
    try (UnblockedLog unblocked = new UnblockedLog(context)) {
      log.error("it can't go on");
    }

    assertThat(written).containsExactly("it can't go on");
  }
}
