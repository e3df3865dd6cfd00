package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class OpenFilesTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(OpenFiles.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

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
  void asManyConnectionsAsAreWantedWhereThereAreFilesForThem() {
    assertThat(OpenFiles.connections(100_000, 1_048_576)).isEqualTo(100_000);
    assertThat(OpenFiles.connections(100_000, Long.MAX_VALUE)).isEqualTo(100_000);
    assertThat(lines.list).isEmpty();
  }

  @Test
  void noMoreThanThereAreFilesForAndTheOperatorIsToldWhatToRaise() {
    assertThat(OpenFiles.connections(100_000, 20_000)).isEqualTo(19_488);

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
    assertThat(lines.list.getFirst().getFormattedMessage())
        .contains("max.connections is 100000", "20000 files", "19488", "ulimit -n");
  }

  @Test
  void oneConnectionIsTakenHoweverFewFilesThereAre() {
    assertThat(OpenFiles.connections(100_000, 256)).isEqualTo(1);
  }

  @Test
  void theSystemTellsHowManyFilesThereMayBe() {
    assertThat(OpenFiles.most()).isGreaterThan(OpenFiles.KEPT);
  }
}
