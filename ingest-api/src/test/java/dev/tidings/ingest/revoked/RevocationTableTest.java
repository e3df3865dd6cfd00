package dev.tidings.ingest.revoked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.schemas.value.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** Shows G44 and G88 of docs/guarantees.md. */
final class RevocationTableTest {
  private static final long FILTER = 64 << 10;

  @TempDir Path directory;
  private final List<Throwable> broken = new ArrayList<>();

  private RevocationTable open() throws IOException {
    return RevocationTable.open(directory, FILTER, broken::add);
  }

  private static Token token(int seed) {
    byte[] bytes = new byte[Token.BYTES];
    new Random(seed).nextBytes(bytes);
    return Token.of(bytes);
  }

  private static Change revoked(int seed, long since, long offset) {
    return new Change(token(seed).bytes(), since, seed % 2, offset);
  }

  @Test
  void a_token_is_revoked_until_its_tombstone() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(
          List.of(revoked(1, 5, 0), revoked(2, 6, 0)), Map.of(1, 1L, 0, 1L), Uuid.ZERO_UUID, 10);
      table.apply(List.of(revoked(2, -1, 1)), Map.of(0, 2L), Uuid.ZERO_UUID, 11);

      assertThat(table.revokedSince(token(1))).isEqualTo(OptionalLong.of(5));
      assertThat(table.revokedSince(token(2))).isEmpty();
      assertThat(table.revokedSince(token(3))).isEmpty();
    }
  }

  @Test
  void it_is_there_at_the_next_start_with_its_positions_and_filter() throws Exception {
    try (RevocationTable table = open()) {
      for (int i = 0; i < 3_000; i++) {
        table.apply(List.of(revoked(i, i, i)), Map.of(i % 2, i + 1L), Uuid.ZERO_UUID, i);
      }
    }
    try (RevocationTable table = open()) {
      assertThat(table.loadFilter()).isTrue();
      assertThat(table.position(0)).isEqualTo(2_999);
      assertThat(table.position(1)).isEqualTo(3_000);
      assertThat(table.position(2)).isEqualTo(-1);
      assertThat(table.writtenAt()).isEqualTo(2_999);
      for (int i = 0; i < 3_000; i++) {
        assertThat(table.revokedSince(token(i))).hasValue(i);
      }
      assertThat(table.revokedSince(token(3_000))).isEmpty();
      assertThat(table.size()).isBetween(3_000L, 3_010L);
    }
  }

  @Test
  void a_filter_that_is_not_of_this_table_is_made_anew() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 0)), Map.of(1, 1L), Uuid.ZERO_UUID, 10);
    }
    Path filter = directory.resolve("filter");
    byte[] kept = Files.readAllBytes(filter);
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(3, 7, 1)), Map.of(1, 2L), Uuid.ZERO_UUID, 11);
    }
    byte[] flipped = Files.readAllBytes(filter);
    flipped[100] ^= 1;
    for (byte[] wrong : new byte[][] {kept, flipped, new byte[0], new byte[] {1, 2, 3}}) {
      Files.write(filter, wrong);
      try (RevocationTable table = open()) {
        assertThat(table.loadFilter()).isFalse();
        assertThat(table.revokedSince(token(1))).hasValue(5);
        table.sweep(Map.of());
        assertThat(table.revokedSince(token(1))).hasValue(5);
        assertThat(table.revokedSince(token(3))).hasValue(7);
      }
    }
    try (RevocationTable table = RevocationTable.open(directory, 2 * FILTER, broken::add)) {
      assertThat(table.loadFilter()).isFalse();
    }
  }

  @Test
  void what_the_topic_has_forgotten_is_forgotten() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(
          List.of(revoked(1, 5, 10), revoked(2, 6, 10), revoked(3, 7, 20)),
          Map.of(1, 21L),
          Uuid.ZERO_UUID,
          10);

      table.sweep(Map.of(0, 0L, 1, 20L));

      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(2))).hasValue(6);
      assertThat(table.revokedSince(token(3))).hasValue(7);
      assertThat(table.position(1)).isEqualTo(21);
    }
  }

  @Test
  void cleared_it_knows_nothing() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);

      table.clear();

      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.position(1)).isEqualTo(-1);
      assertThat(table.writtenAt()).isEqualTo(-1);
      table.apply(List.of(revoked(1, 6, 0)), Map.of(1, 1L), Uuid.ZERO_UUID, 10);
      assertThat(table.revokedSince(token(1))).hasValue(6);
    }
  }

  @Test
  void damaged_files_are_deleted_and_the_table_begins_anew() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);
    }
    for (Path file : files()) {
      Files.write(file, new byte[] {1, 2, 3});
    }
    try (RevocationTable table = open()) {
      assertThat(table.writtenAt()).isEqualTo(-1);
      table.apply(List.of(revoked(1, 6, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);
      assertThat(table.revokedSince(token(1))).hasValue(6);
    }
  }

  @Test
  void one_that_another_process_uses_is_left_alone() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);
      List<Path> before = files();

      assertThatThrownBy(this::open)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("another process")
          .hasMessageContaining("expected: a state.dir of its own");

      assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
      assertThat(table.revokedSince(token(1))).hasValue(5);
    }
    try (RevocationTable table = open()) {
      assertThat(table.loadFilter()).isTrue();
      assertThat(table.revokedSince(token(1))).hasValue(5);
    }
  }

  /** A process of an earlier version holds RocksDB's own lock only. */
  @Test
  void one_that_cannot_be_opened_although_it_is_not_damaged_is_left_alone() throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);
    }
    List<Path> before = files();
    try (Options options = new Options();
        RocksDB _ = RocksDB.open(options, directory.resolve("table").toString())) {
      assertThatThrownBy(this::open)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("expected:");
    }

    assertThat(files())
        .containsAll(before.stream().filter(RevocationTableTest::isLasting).toList());
    try (RevocationTable table = open()) {
      assertThat(table.loadFilter()).isTrue();
      assertThat(table.revokedSince(token(1))).hasValue(5);
    }
  }

  /** RocksDB writes others anew each time that it is opened. */
  private static boolean isLasting(Path file) {
    return file.toString().endsWith(".sst") || file.endsWith("filter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MANIFEST-", "CURRENT", ".sst"})
  void one_that_lacks_a_file_begins_anew(String part) throws Exception {
    try (RevocationTable table = open()) {
      table.apply(List.of(revoked(1, 5, 10)), Map.of(1, 21L), Uuid.ZERO_UUID, 10);
    }
    for (Path file : files()) {
      if (file.getFileName().toString().contains(part)) {
        Files.delete(file);
      }
    }

    try (RevocationTable table = open()) {
      assertThat(table.writtenAt()).isEqualTo(-1);
      assertThat(table.revokedSince(token(1))).isEmpty();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return new ArrayList<>(all.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void one_that_is_found_damaged_while_it_is_used_is_told_of_and_read_again_at_the_next_start()
      throws Exception {
    try (RevocationTable table = open()) {
      for (int i = 0; i < 3_000; i++) {
        table.apply(List.of(revoked(i, i, i)), Map.of(i % 2, i + 1L), Uuid.ZERO_UUID, i);
      }
    }
    try (Stream<Path> files = Files.list(directory.resolve("table"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 100; at < bytes.length / 2; at += 100) {
          bytes[at] ^= 0x10;
        }
        Files.write(file, bytes);
      }
    }
    try (RevocationTable table = open()) {
      table.loadFilter();
      for (int i = 0; i < 3_000; i++) {
        Token looked = token(i);
        var _ = catchThrowable(() -> table.revokedSince(looked));
      }
    }
    assertThat(broken)
        .isNotEmpty()
        .allSatisfy(why -> assertThat(why).hasMessageContaining("read again"));

    try (RevocationTable table = open()) {
      assertThat(table.writtenAt()).isEqualTo(-1);
      table.apply(List.of(revoked(1, 5, 0)), Map.of(1, 1L), Uuid.ZERO_UUID, 10);
      assertThat(table.revokedSince(token(1))).hasValue(5);
    }
  }
}
