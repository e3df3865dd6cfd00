package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/** In a process of its own, whose directory for temporary files can't be used. */
final class RocksLibraryTest {
  @TempDir private Path directory;

  @Test
  void where_there_is_no_place_for_temporary_files_it_is_unpacked_in_the_state_directory()
      throws Exception {
    Path state = directory.resolve("state");

    assertThat(load(state)).endsWith("loaded");
    assertThat(state.resolve("native")).isDirectory();
  }

  @Test
  void rocksdb_by_itself_would_not_be_loaded() throws Exception {
    assertThat(load(null)).doesNotContain("loaded");
  }

  @Test
  void where_it_can_be_unpacked_nowhere_a_sentence_says_why() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    Files.createFile(state.resolve("native"));

    assertThat(load(state))
        .contains("RocksDB's library can't be loaded from " + state.resolve("native"))
        .contains("nor from " + directory.resolve("missing"))
        .contains("(expected: that state.dir may be written, on a file system that is not mounted");
  }

  private String load(Path state) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-Djava.io.tmpdir=" + directory.resolve("missing"),
                    "-Djava.library.path=" + directory,
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Loading.class.getName(),
                    state == null ? "" : state.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }

  /** What runs in the other process. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws IOException {
      if (arguments[0].isEmpty()) {
        RocksDB.loadLibrary();
      } else {
        RocksLibrary.load(Path.of(arguments[0]));
      }
      System.out.println("loaded");
    }
  }
}
