package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  @TempDir Path directory;

  @Test
  void a_directory_that_cannot_be_used_is_named_with_what_helps() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(
            "the data directory " + file + " can't be used: " + file + " is no directory")
        .hasMessageContaining("set --data, or TIDINGS_HOME");
  }

  @Test
  void a_disk_that_is_nearly_full_is_told_before_anything_starts() {
    assertThatThrownBy(() -> DataDirectory.requireSpace(directory, 3 * 1024 * 1024))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(
            directory + " can't be used: 3 MiB are free there (expected: 64 MiB or more");
    assertThatCode(() -> DataDirectory.requireSpace(directory, 64 * 1024 * 1024))
        .doesNotThrowAnyException();
  }

  @Test
  void a_directory_that_is_in_use_names_the_process_that_uses_it() {
    try (DataDirectory _ = DataDirectory.open(directory)) {
      assertThatThrownBy(() -> DataDirectory.open(directory))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " already uses");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "1", "1:0123", "1:zz0102030405060708090a0b0c0d0e0f"})
  void damaged_token_keys_are_named_and_not_replaced(String damaged) throws IOException {
    try (DataDirectory data = DataDirectory.open(directory)) {
      String keys = data.tokenKeys();
      assertThat(data.tokenKeys()).isEqualTo(keys);
      Path file = Files.writeString(directory.resolve("token.keys"), damaged);

      assertThatThrownBy(data::tokenKeys)
          .isInstanceOf(StackException.class)
          .hasMessageStartingWith(file + ": damaged: ")
          .hasMessageContaining("restore it from a backup");
      assertThat(file).hasContent(damaged);
    }
  }
}
