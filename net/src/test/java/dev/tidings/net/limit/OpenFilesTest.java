package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tidings.net.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OpenFilesTest {
  @RegisterExtension final LogLines lines = new LogLines(OpenFiles.class);

  @Test
  void as_many_connections_as_are_wanted_where_there_are_files_for_them() {
    assertThat(OpenFiles.connections(100_000, 1_048_576)).isEqualTo(100_000);
    assertThat(OpenFiles.connections(100_000, Long.MAX_VALUE)).isEqualTo(100_000);
    assertThat(lines.list()).isEmpty();
  }

  @Test
  void no_more_than_there_are_files_for_and_the_operator_is_told_what_to_raise() {
    assertThat(OpenFiles.connections(100_000, 20_000)).isEqualTo(19_488);

    assertThat(lines.list()).hasSize(1);
    assertThat(lines.list().getFirst().getLevel()).isEqualTo(Level.WARN);
    assertThat(lines.list().getFirst().getFormattedMessage())
        .contains("max.connections is 100000", "20000 files", "19488", "ulimit -n");
  }

  @Test
  void one_connection_is_taken_however_few_files_there_are() {
    assertThat(OpenFiles.connections(100_000, 256)).isEqualTo(1);
  }

  @Test
  void the_system_tells_how_many_files_there_may_be() {
    assertThat(OpenFiles.most()).isGreaterThan(OpenFiles.KEPT);
  }
}
