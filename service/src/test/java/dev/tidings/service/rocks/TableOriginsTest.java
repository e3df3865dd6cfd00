package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G124 of docs/guarantees.md. */
final class TableOriginsTest {
  @TempDir Path stateDir;
  private TableOrigins origins;

  @BeforeEach
  void open() {
    origins = new TableOrigins(stateDir, "streams", Set.of(), Set.of("old"));
  }

  @Test
  void a_table_of_an_earlier_version_is_thrown_away_and_the_others_stay() throws IOException {
    Path old = table("0_3", "old");
    Path other = table("0_3", "schedules");
    Path elsewhere = table("another", "old");

    assertThat(origins.keep(Map.of())).isEmpty();

    assertThat(old).doesNotExist();
    assertThat(other).exists();
    assertThat(elsewhere).exists();
  }

  @Test
  void a_table_whose_topic_was_made_anew_is_thrown_away() throws IOException {
    Path table = table("0_0", "schedules");
    assertThat(origins.keep(Map.of("schedules", new Uuid(1, 2)))).isEmpty();
    assertThat(table).exists();

    assertThat(origins.keep(Map.of("schedules", new Uuid(1, 3)))).containsExactly("schedules");

    assertThat(table).doesNotExist();
  }

  private Path table(String task, String name) throws IOException {
    Path directory = stateDir.resolve("streams").resolve(task).resolve("rocksdb").resolve(name);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("CURRENT"), "1");
    return directory;
  }
}
