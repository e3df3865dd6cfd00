package dev.tidings.streams.read;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class GuardedReaderTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(GuardedReader.class);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void a_programming_error_makes_the_record_invalid_and_the_log_names_where_the_record_is() {
    NotificationReader failing = null;
    GuardedReader reader =
        new GuardedReader(
            failing,
            new RegistryRetry(Duration.ofMillis(1), () -> Instant.EPOCH),
            () -> "tidings.notifications-3 offset 17");

    ReadResult result = reader.read(new byte[] {1}, new byte[] {2});

    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    assertThat(lines.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo(
            "tidings.notifications-3 offset 17: unexpected failure reading a notification, it goes"
                + " to the dead letters");
  }
}
