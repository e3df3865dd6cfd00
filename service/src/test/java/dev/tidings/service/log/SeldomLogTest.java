package dev.tidings.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SeldomLogTest {
  private final Logger logger = new LoggerContext().getLogger("seldom");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
  private final SeldomLog seldom = new SeldomLog(logger, now::get);

  @BeforeEach
  void listen() {
    logger.addAppender(lines);
    lines.start();
  }

  @Test
  void the_first_one_is_told_at_once_with_what_caused_it() {
    seldom.error("not {} done", new IllegalStateException("why"));

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage()).isEqualTo("not {} done");
    assertThat(lines.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("why");
  }

  @Test
  void a_warning_counts_as_the_others_do() {
    seldom.warn("{} left out");
    seldom.warn("left out");
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    seldom.warn("left out");

    assertThat(lines.list)
        .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
        .containsExactly("WARN {} left out", "WARN left out (and 1 others since the last line)");
  }

  @Test
  void however_many_come_there_is_a_line_in_ten_seconds_and_it_counts_them() {
    for (int i = 0; i < 1_000; i++) {
      seldom.error("failed", null);
    }
    assertThat(lines.list).hasSize(1);

    now.addAndGet(Duration.ofSeconds(10).toNanos());
    seldom.error("failed again", null);
    seldom.error("failed again", null);

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("failed", "failed again (and 999 others since the last line)");
  }
}
