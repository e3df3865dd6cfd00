package dev.tidings.service.rocks;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Options;

/** Has every table use the {@link RocksMemory} of the process. Made by Kafka Streams. */
public final class SharedRocks implements RocksDBConfigSetter {
  /** The configuration's key of the {@link RocksMemory}. */
  static final String MEMORY = "tidings.rocks.memory";

  /** The configuration's key of what the tables are there for, a {@link RocksMemory.Workload}. */
  static final String WORKLOAD = "tidings.rocks.workload";

  /**
   * By how much what is being written grows. Each table takes that much at once, and by default a
   * megabyte: with many partitions that alone would be all there is, and each write a flush.
   */
  private static final long ARENA_BLOCK_BYTES = 64 << 10;

  /**
   * How many files there may be before they are merged, where much is written and little read; 4 by
   * default. Each record is written to fewer files in its life, and a look-up asks more filters.
   */
  private static final int RUNS_BEFORE_MERGE = 16;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    RocksMemory memory = (RocksMemory) configs.get(MEMORY);
    if (memory == null || !(options.tableFormatConfig() instanceof BlockBasedTableConfig table)) {
      return;
    }
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    // Every look-up is by key, and that of an unknown one should not read the disk.
    table.setFilterPolicy(new BloomFilter(10, false));
    options.setWriteBufferManager(memory.writeBuffers());
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setTableFormatConfig(table);
    if (configs.get(WORKLOAD) == RocksMemory.Workload.WRITES) {
      options.setLevel0FileNumCompactionTrigger(RUNS_BEFORE_MERGE);
      // Writes wait for merges only where these fall far behind.
      options.setLevel0SlowdownWritesTrigger(2 * RUNS_BEFORE_MERGE);
      options.setLevel0StopWritesTrigger(3 * RUNS_BEFORE_MERGE);
    }
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory is everybody's; the filter goes with the table's options.
  }
}
