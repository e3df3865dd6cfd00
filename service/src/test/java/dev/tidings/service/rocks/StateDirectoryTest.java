package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G88 of docs/guarantees.md. */
class StateDirectoryTest {
  @TempDir private Path directory;

  @Test
  void one_that_is_not_there_is_made_and_nothing_is_left_in_it() throws Exception {
    Path state = directory.resolve("a").resolve("b");

    StateDirectory.require(state);

    assertThat(state).isEmptyDirectory();
  }

  @Test
  void one_that_can_not_be_made_is_told_by_its_setting() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertRefused(file);
    assertRefused(file.resolve("state"));
  }

  @Test
  void one_of_another_user_is_told_by_its_setting() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("r-x------"));
    // The superuser may write anywhere.
    assumeFalse(Files.isWritable(state));

    assertRefused(state);
  }

  private static void assertRefused(Path state) {
    assertThatThrownBy(() -> StateDirectory.require(state))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("state.dir: " + state + ": ")
        .hasMessageEndingWith(
            " (expected: a directory in which the service's user may read and write)");
  }
}
