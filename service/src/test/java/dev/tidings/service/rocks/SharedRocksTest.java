package dev.tidings.service.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class SharedRocksTest {
  private static final long SHARED = 64 << 20;
  private static final int TABLES = 64;
  private static final int VALUE_BYTES = 1000;
  private static final Duration SLOW_DISK = Duration.ofMinutes(5);

  @TempDir Path directory;

  @Test
  void many_tables_stay_within_the_memory_they_share() throws Exception {
    try (var memory = new RocksMemory(SHARED)) {
      withTables(
          memory.settings(RocksMemory.Workload.READS),
          tables -> {
            write(tables, 1000);

            assertThat(memory.cache().getUsage()).isPositive();
            await().atMost(SLOW_DISK).until(() -> isFlushedByWrites(memory, tables));
          });
    }
  }

  @Test
  void what_a_slow_disk_left_in_memory_is_flushed_by_the_writes_that_follow() throws Exception {
    try (var memory = new RocksMemory(SHARED)) {
      withTables(
          memory.settings(RocksMemory.Workload.READS),
          tables -> {
            for (RocksDB table : tables) {
              table.pauseBackgroundWork();
            }
            write(tables, 1000);
            assertThat(memory.cache().getUsage()).isGreaterThan(SHARED / 2);
            for (RocksDB table : tables) {
              table.continueBackgroundWork();
            }

            await().atMost(SLOW_DISK).until(() -> isFlushedByWrites(memory, tables));
          });
    }
  }

  /**
   * Writes a little and returns whether the memory is within its limit. While a table is being
   * flushed it is not flushed again, so that on a slow disk more stays in memory until the next
   * write.
   */
  private static boolean isFlushedByWrites(RocksMemory memory, List<RocksDB> tables)
      throws RocksDBException {
    write(tables, 1);
    return memory.cache().getUsage() < SHARED / 2;
  }

  @Test
  void many_tables_that_are_hardly_written_to_flush_nothing() throws Exception {
    try (var memory = new RocksMemory(SHARED)) {
      withTables(
          memory.settings(RocksMemory.Workload.READS),
          tables -> {
            write(tables, 10);

            assertThat(flushed()).isZero();
          });
    }
  }

  @Test
  void tables_that_are_mostly_written_are_merged_more_seldom() throws Exception {
    try (var memory = new RocksMemory(SHARED);
        var flush = new FlushOptions()) {
      withTables(
          memory.settings(RocksMemory.Workload.WRITES),
          tables -> {
            RocksDB table = tables.getFirst();
            for (int i = 0; i < 10; i++) {
              write(List.of(table), 1);
              table.flush(flush);
            }
            await().until(() -> table.getProperty("rocksdb.compaction-pending").equals("0"));
            await().until(() -> table.getProperty("rocksdb.num-running-compactions").equals("0"));

            assertThat(table.getProperty("rocksdb.num-files-at-level0")).isEqualTo("10");
          });
    }
  }

  private interface Use {
    void of(List<RocksDB> tables) throws RocksDBException, IOException;
  }

  private void withTables(Map<String, Object> settings, Use use) throws Exception {
    var tables = new ArrayList<RocksDB>();
    try (var options = new Options()) {
      options.setCreateIfMissing(true);
      options.setTableFormatConfig(new BlockBasedTableConfig());
      new SharedRocks().setConfig("table", options, settings);
      for (int i = 0; i < TABLES; i++) {
        tables.add(RocksDB.open(options, directory.resolve("table-" + i).toString()));
      }
      use.of(tables);
    } finally {
      tables.forEach(RocksDB::close);
    }
  }

  private static void write(List<RocksDB> tables, int records) throws RocksDBException {
    for (int i = 0; i < records; i++) {
      for (RocksDB table : tables) {
        table.put(ByteBuffer.allocate(Integer.BYTES).putInt(i).array(), new byte[VALUE_BYTES]);
      }
    }
  }

  private long flushed() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".sst")).count();
    }
  }
}
