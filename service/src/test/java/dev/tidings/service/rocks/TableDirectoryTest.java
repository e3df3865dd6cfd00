package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class TableDirectoryTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path state;

  private Instant now = Instant.now();
  private TableDirectory tables;
  private Path good;
  private Path other;

  @BeforeEach
  void two_tables() throws Exception {
    tables = new TableDirectory(state, "app", () -> now);
    good = task("0_0");
    other = task("0_1");
  }

  private Path task(String name) throws Exception {
    Path task = state.resolve("app").resolve(name);
    Path store = Files.createDirectories(task.resolve("rocksdb").resolve("inbox"));
    RocksDB.loadLibrary();
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, store.toString())) {
      db.put(new byte[] {1}, new byte[] {2});
      try (FlushOptions flush = new FlushOptions()) {
        db.flush(flush);
      }
    }
    Files.writeString(task.resolve(".checkpoint"), "0\n1\ntidings.inbox 0 17\n");
    return task;
  }

  @Test
  void tables_that_are_well_stay_as_they_are() throws Exception {
    tables.touch();
    tables.mend(DAY);

    assertThat(good.resolve("rocksdb/inbox/CURRENT")).isNotEmptyFile();
    assertThat(other.resolve(".checkpoint")).exists();
  }

  @Test
  void a_damaged_table_is_thrown_away_and_no_other() throws Exception {
    for (String damage : List.of("CURRENT", "MANIFEST")) {
      Path store = task("0_1").resolve("rocksdb").resolve("inbox");
      Files.write(file(store, damage), new byte[0]);

      tables.mend(DAY);

      assertThat(other).as(damage).doesNotExist();
      assertThat(good).isDirectory();
    }
  }

  @Test
  void whatever_is_done_to_one_of_its_files_it_is_thrown_away() throws Exception {
    for (String prefix : List.of("CURRENT", "MANIFEST", "0")) {
      for (Damage damage : Damage.values()) {
        Path store = task("0_1").resolve("rocksdb").resolve("inbox");
        damage.to(file(store, prefix));

        tables.mend(DAY, Set.of("inbox"));

        assertThat(other).as("%s %s", prefix, damage).doesNotExist();
        assertThat(good).isDirectory();
      }
    }
  }

  /** What happens to files. */
  private enum Damage {
    EMPTY {
      @Override
      byte[] of(byte[] bytes) {
        return new byte[0];
      }
    },
    CUT_OFF {
      @Override
      byte[] of(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
      }
    },
    ZEROED {
      @Override
      byte[] of(byte[] bytes) {
        return new byte[bytes.length];
      }
    },
    FLIPPED_AT_ITS_BEGINNING {
      @Override
      byte[] of(byte[] bytes) {
        bytes[3] ^= 0x10;
        return bytes;
      }
    };

    abstract byte[] of(byte[] bytes);

    void to(Path file) throws IOException {
      Files.write(file, of(Files.readAllBytes(file)));
    }
  }

  @Test
  void a_table_that_does_not_have_what_it_has_is_thrown_away_at_the_next_start() {
    assertThat(tables.damagedBy(new IllegalStateException(new DamagedTableException("inbox"))))
        .isPresent();
    tables.mend(DAY);
    assertThat(good).doesNotExist();
  }

  @Test
  void a_table_whose_checkpoint_is_garbage_is_thrown_away_at_the_next_start() throws Exception {
    for (String garbage :
        List.of("", "\0\0\0", "0\n2\ntidings.inbox 0 17\n", "0\n1\ntidings.inbox 0 x")) {
      task("0_1");
      Files.writeString(other.resolve(".checkpoint"), garbage);

      tables.mend(DAY);

      assertThat(other).as(garbage).doesNotExist();
    }
  }

  @Test
  void tables_older_than_the_log_s_memory_of_deletions_are_thrown_away() throws Exception {
    tables.touch();
    now = now.plus(DAY).plusSeconds(1);

    tables.mend(DAY);

    assertThat(good).doesNotExist();
  }

  @Test
  void without_a_stamp_their_files_tell_how_old_they_are() throws Exception {
    tables.mend(DAY);
    assertThat(good).isDirectory();

    for (Path task : List.of(good, other)) {
      try (Stream<Path> files = Files.walk(task)) {
        for (Path file : files.toList()) {
          Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(2))));
        }
      }
    }
    tables.mend(DAY);
    assertThat(good).doesNotExist();
  }

  @Test
  void what_is_found_damaged_at_work_is_thrown_away_at_the_next_start() {
    Exception failure =
        new IllegalStateException(
            new RocksDBException(
                "block checksum mismatch",
                new Status(Status.Code.Corruption, Status.SubCode.None, "block")));

    assertThat(tables.damagedBy(failure))
        .hasValueSatisfying(why -> assertThat(why).contains("damaged"));
    tables.mend(DAY);
    assertThat(good).doesNotExist();
    assertThat(tables.damagedBy(new IllegalStateException(new IOException("disk full")))).isEmpty();
  }

  private static Path file(Path store, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> !file.toString().endsWith(".log"))
          .findFirst()
          .orElseThrow();
    }
  }
}
