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
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

class SharedRocksTest {
  private static final long SHARED = 64 << 20;
  private static final long LITTLE = 32 << 20;
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

  /**
   * Writes a little and returns whether the memory is within its limit. While a table is being
   * flushed it is not flushed again, so that on a slow disk more stays in memory until the next
   * write.
   */
  private static boolean isFlushedByWrites(RocksMemory memory, List<RocksDB> tables)
      throws RocksDBException {
    write(tables, 1);
    return memory.cache().getUsage() < memory.bytes() / 2;
  }

  @Test
  void a_disk_that_writes_nothing_has_them_take_a_small_multiple_of_it_until_it_does()
      throws Exception {
    try (var memory = new RocksMemory(LITTLE)) {
      withTables(
          memory.settings(RocksMemory.Workload.READS),
          tables -> {
            for (RocksDB table : tables) {
              table.pauseBackgroundWork();
            }
            fill(tables, 12 * LITTLE);
            assertThat(memory.cache().getUsage()).isBetween(2 * LITTLE, 7 * LITTLE);
            for (RocksDB table : tables) {
              table.continueBackgroundWork();
            }

            await().atMost(SLOW_DISK).until(() -> isFlushedByWrites(memory, tables));
          });
    }
  }

  /** Writes to one table after the other until it would wait for the disk. */
  private static void fill(List<RocksDB> tables, long most) throws RocksDBException {
    long written = 0;
    try (WriteOptions withoutWaiting = new WriteOptions()) {
      withoutWaiting.setNoSlowdown(true);
      for (RocksDB table : tables) {
        while (written < most && put(table, withoutWaiting, (int) written)) {
          written += VALUE_BYTES;
        }
      }
    }
  }

  private static boolean put(RocksDB table, WriteOptions withoutWaiting, int key)
      throws RocksDBException {
    try {
      table.put(
          withoutWaiting,
          ByteBuffer.allocate(Integer.BYTES).putInt(key).array(),
          new byte[VALUE_BYTES]);
      return true;
    } catch (RocksDBException e) {
      if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete) {
        return false;
      }
      throw e;
    }
  }

  @Test
  void the_tables_of_few_partitions_have_larger_write_buffers_than_those_of_many() {
    try (var memory = new RocksMemory(SHARED)) {
      var tables = new ArrayList<SharedRocks>();
      for (int i = 0; i < 256; i++) {
        tables.add(new SharedRocks());
      }
      assertThat(tables.stream().map(table -> writeBuffer(table, memory)))
          .startsWith((32L << 20) / 3, (32L << 20) / 3, (64L << 20) / 9, (16L << 20) / 3)
          .endsWith((2L << 20) / 3);

      tables.forEach(table -> table.close("table", new Options()));
      assertThat(writeBuffer(new SharedRocks(), memory)).isEqualTo((32L << 20) / 3);
    }
  }

  private static long writeBuffer(SharedRocks table, RocksMemory memory) {
    try (var options = new Options()) {
      options.setTableFormatConfig(new BlockBasedTableConfig());
      table.setConfig("table", options, memory.settings(RocksMemory.Workload.READS));
      assertThat(options.maxWriteBufferNumber()).isEqualTo(3);
      return options.writeBufferSize();
    }
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
    var setters = new ArrayList<SharedRocks>();
    try (var options = new Options()) {
      options.setCreateIfMissing(true);
      // As Kafka Streams has it.
      options.setAtomicFlush(true);
      options.setTableFormatConfig(new BlockBasedTableConfig());
      for (int i = 0; i < TABLES; i++) {
        var shared = new SharedRocks();
        setters.add(shared);
        shared.setConfig("table", options, settings);
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
