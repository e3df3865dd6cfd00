package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Shows G88 and G98 of docs/guarantees.md. */
class TableDirectoryTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path state;

  private Instant now = Instant.now();
  private final Map<TopicPartition, Long> firsts = new HashMap<>();
  private final List<Instant> asked = new ArrayList<>();
  private final KeptDeletions log =
      (partitions, since) -> {
        asked.add(since);
        Map<TopicPartition, Long> known = new HashMap<>(firsts);
        known.keySet().retainAll(partitions);
        return known;
      };
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
    tables.mend(DAY, log);

    assertThat(good.resolve("rocksdb/inbox/CURRENT")).isNotEmptyFile();
    assertThat(other.resolve(".checkpoint")).exists();
  }

  @Test
  void a_damaged_table_is_thrown_away_and_no_other() throws Exception {
    for (String damage : List.of("CURRENT", "MANIFEST")) {
      Path store = task("0_1").resolve("rocksdb").resolve("inbox");
      Files.write(file(store, damage), new byte[0]);

      tables.mend(DAY, log);

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

        tables.mend(DAY, log, Set.of("inbox"), Set.of());

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

  /** A table as Kafka Streams leaves it: its last record has this offset. */
  private Path table(Path task, String name, TopicPartition partition, long last) throws Exception {
    Path store = Files.createDirectories(task.resolve("rocksdb").resolve(name));
    Files.deleteIfExists(task.resolve(".checkpoint"));
    try (Options options = new Options().setCreateIfMissing(true);
        ColumnFamilyOptions familyOptions = new ColumnFamilyOptions();
        FlushOptions flush = new FlushOptions();
        RocksDB db = RocksDB.open(options, store.toString());
        ColumnFamilyHandle offsets =
            db.createColumnFamily(new ColumnFamilyDescriptor(bytes("offsets"), familyOptions))) {
      db.put(offsets, bytes("status"), number(1));
      db.put(offsets, bytes("position"), new byte[] {0, 1, 2});
      db.put(offsets, bytes(partition.toString()), number(last));
      db.flush(flush, offsets);
    }
    return store;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  @Test
  void only_a_table_whose_files_end_before_what_the_log_still_has_is_thrown_away()
      throws Exception {
    TopicPartition inbox = new TopicPartition("tidings.inbox-of-a", 0);
    TopicPartition sessions = new TopicPartition("tidings.sessions", 0);
    Path behind = table(good, "sessions", sessions, 16);
    Path upToDate = table(good, "parked", inbox, 17);
    tables.touch();
    firsts.put(inbox, 18L);
    firsts.put(sessions, 18L);

    tables.mend(DAY, log);

    assertThat(behind).doesNotExist();
    assertThat(upToDate).isDirectory();
    assertThat(good.resolve("rocksdb/inbox")).isDirectory();
    assertThat(asked).containsExactly(now.minus(Duration.ofHours(18)));
  }

  @Test
  void a_table_of_which_the_log_says_nothing_certain_is_thrown_away() throws Exception {
    TopicPartition inbox = new TopicPartition("tidings.inbox", 0);
    Path table = table(good, "parked", inbox, 17);
    firsts.put(inbox, KeptDeletions.UNKNOWN);

    tables.mend(DAY, log);

    assertThat(table).doesNotExist();
  }

  @Test
  void what_is_nowhere_else_stays_when_the_log_does_not_answer_and_goes_when_it_says_behind()
      throws Exception {
    TopicPartition waits = new TopicPartition("tidings-streams-processor-waiting-changelog", 0);
    Path table = table(good, "waiting", waits, 17);
    firsts.put(waits, KeptDeletions.UNKNOWN);

    tables.mend(DAY, log, Set.of(), Set.of("waiting"));
    assertThat(table).isDirectory();

    firsts.put(waits, 19L);
    tables.mend(DAY, log, Set.of(), Set.of("waiting"));
    assertThat(table).doesNotExist();
  }

  @Test
  void a_table_whose_topic_is_not_there_stays() throws Exception {
    Path table = table(good, "waiting", new TopicPartition("deleted", 0), 17);

    tables.mend(DAY, log);

    assertThat(table).isDirectory();
  }

  @Test
  void a_table_that_was_never_restored_is_behind_any_record_that_may_be_gone() throws Exception {
    TopicPartition inbox = new TopicPartition("tidings.inbox", 0);
    long nothingRead = -4;
    Path table = table(good, "parked", inbox, nothingRead);
    firsts.put(inbox, 0L);

    tables.mend(DAY, log);
    assertThat(table).isDirectory();

    firsts.put(inbox, 1L);
    tables.mend(DAY, log);
    assertThat(table).doesNotExist();
  }

  @Test
  void beside_a_checkpoint_of_an_earlier_version_the_whole_task_is_thrown_away() throws Exception {
    TopicPartition inbox = new TopicPartition("tidings.inbox", 0);
    table(good, "parked", inbox, 16);
    table(good, "sessions", inbox, 16);
    Files.writeString(good.resolve(".checkpoint"), "0\n1\ntidings.inbox 0 17\n");
    firsts.put(inbox, 18L);

    tables.mend(DAY, log);

    assertThat(good).doesNotExist();
    assertThat(other).isDirectory();
  }

  @Test
  void a_table_that_does_not_have_what_it_has_is_thrown_away_at_the_next_start() throws Exception {
    assertThat(tables.damagedBy(new IllegalStateException(new DamagedTableException("inbox"))))
        .isPresent();
    tables.mend(DAY, log);
    assertThat(good).doesNotExist();
  }

  @Test
  void a_table_whose_checkpoint_is_garbage_is_thrown_away_at_the_next_start() throws Exception {
    for (String garbage :
        List.of("", "\0\0\0", "0\n2\ntidings.inbox 0 17\n", "0\n1\ntidings.inbox 0 x")) {
      task("0_1");
      Files.writeString(other.resolve(".checkpoint"), garbage);

      tables.mend(DAY, log);

      assertThat(other).as(garbage).doesNotExist();
    }
  }

  @Test
  void tables_older_than_the_log_s_memory_of_deletions_are_thrown_away() throws Exception {
    tables.touch();
    now = now.plus(DAY).plusSeconds(1);

    tables.mend(DAY, log);

    assertThat(good).doesNotExist();
  }

  @Test
  void without_a_stamp_their_files_tell_how_old_they_are() throws Exception {
    tables.mend(DAY, log);
    assertThat(good).isDirectory();

    for (Path task : List.of(good, other)) {
      try (Stream<Path> files = Files.walk(task)) {
        for (Path file : files.toList()) {
          Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(2))));
        }
      }
    }
    tables.mend(DAY, log);
    assertThat(good).doesNotExist();
  }

  @Test
  void a_directory_that_another_process_has_is_left_as_it_is_and_told_by_its_setting()
      throws Exception {
    Path store = other.resolve("rocksdb/inbox");
    Files.write(file(store, "CURRENT"), new byte[0]);
    try (FileChannel lock =
        FileChannel.open(
            state.resolve("app/.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();

      assertThatThrownBy(() -> tables.mend(DAY, log))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              state.resolve("app")
                  + " is used by another process (expected: a state.dir of its own for each)");
    }
    assertThat(store.resolve("CURRENT")).isEmptyFile();
  }

  @Test
  void what_is_found_damaged_at_work_is_thrown_away_at_the_next_start() throws Exception {
    Exception failure =
        new IllegalStateException(
            new RocksDBException(
                "block checksum mismatch",
                new Status(Status.Code.Corruption, Status.SubCode.None, "block")));

    assertThat(tables.damagedBy(failure))
        .hasValueSatisfying(why -> assertThat(why).contains("damaged"));
    tables.mend(DAY, log);
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
