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

  /**
   * By how much what is being written grows. Each table takes that much at once, and by default a
   * megabyte: with many partitions that alone would be all there is, and each write a flush.
   */
  private static final long ARENA_BLOCK_BYTES = 64 << 10;

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
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory is everybody's; the filter goes with the table's options.
  }
}
