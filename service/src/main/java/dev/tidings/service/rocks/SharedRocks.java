package dev.tidings.service.rocks;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Options;

/** Makes every table use the {@link RocksMemory} of the process. Instantiated by Kafka Streams. */
public final class SharedRocks implements RocksDBConfigSetter {
  /** The configuration key of the {@link RocksMemory}. */
  static final String MEMORY = "tidings.rocks.memory";

  /** The configuration key of the {@link RocksMemory.Workload} of the tables. */
  static final String WORKLOAD = "tidings.rocks.workload";

  /**
   * The allocation unit of a memtable. Each table allocates at least one, by default a megabyte:
   * with many partitions these alone would fill the memory, and each write would cause a flush.
   */
  private static final long ARENA_BLOCK_BYTES = 64 << 10;

  /**
   * The number of files that triggers a merge, for tables that are mostly written; RocksDB's
   * default is 4. More files mean that each record is rewritten less often, but a look-up checks
   * more filters.
   */
  private static final int RUNS_BEFORE_MERGE = 16;

  /**
   * One is written to while the others are flushed, or wait until the files of other tables have
   * been written.
   */
  private static final int WRITE_BUFFERS = 3;

  private @Nullable RocksMemory counting;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    RocksMemory memory = (RocksMemory) configs.get(MEMORY);
    if (memory == null || !(options.tableFormatConfig() instanceof BlockBasedTableConfig table)) {
      return;
    }
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    // Every look-up is by key, and looking up an unknown key should not read the disk.
    table.setFilterPolicy(new BloomFilter(10, false));
    options.setWriteBufferManager(memory.writeBuffers());
    counting = memory;
    options.setWriteBufferSize(memory.writeBuffersOf(this) / WRITE_BUFFERS);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setTableFormatConfig(table);
    if (configs.get(WORKLOAD) == RocksMemory.Workload.WRITES) {
      options.setLevel0FileNumCompactionTrigger(RUNS_BEFORE_MERGE);
      // Writes wait for merges only if merges fall far behind.
      options.setLevel0SlowdownWritesTrigger(2 * RUNS_BEFORE_MERGE);
      options.setLevel0StopWritesTrigger(3 * RUNS_BEFORE_MERGE);
    }
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory is shared and stays open; the filter is closed with the table's options.
    if (counting != null) {
      counting.closed(this);
    }
  }
}
