package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OpenFilesTest {
  @RegisterExtension final LogLines lines = new LogLines(OpenFiles.class);

  @Test
  void asManyConnectionsAsAreWantedWhereThereAreFilesForThem() {
    assertThat(OpenFiles.connections(100_000, 1_048_576)).isEqualTo(100_000);
    assertThat(OpenFiles.connections(100_000, Long.MAX_VALUE)).isEqualTo(100_000);
    assertThat(lines.list()).isEmpty();
  }

  @Test
  void noMoreThanThereAreFilesForAndTheOperatorIsToldWhatToRaise() {
    assertThat(OpenFiles.connections(100_000, 20_000)).isEqualTo(19_488);

    assertThat(lines.list()).hasSize(1);
    assertThat(lines.list().getFirst().getLevel()).isEqualTo(Level.WARN);
    assertThat(lines.list().getFirst().getFormattedMessage())
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
