package dev.tidings.service.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  private static final String OLD = "old\n".repeat(100_000);
  private static final String NEW = "new\n".repeat(100_000);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("key.pem");
  }

  @Test
  void whoever_reads_it_at_any_time_finds_one_text_or_the_other_and_never_a_part()
      throws Exception {
    PrivateFile.write(file, OLD);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < 50; i++) {
                  PrivateFile.write(file, i % 2 == 0 ? NEW : OLD);
                }
              } catch (IOException e) {
                failure.set(e);
              }
            });
    while (writer.isAlive()) {
      String found = Files.readString(file);
      assertThat(found.equals(OLD) || found.equals(NEW))
          .as("%d characters", found.length())
          .isTrue();
    }
    writer.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it() throws Exception {
    Files.createDirectories(file.resolve("in the way"));

    assertThatThrownBy(() -> PrivateFile.write(file, NEW)).isInstanceOf(IOException.class);

    assertThat(file.resolve("in the way")).exists();
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void nobody_else_may_read_it() throws Exception {
    PrivateFile.write(file, NEW);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
