package dev.tidings.streams.run;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Options;

/** Has every table use the {@link RocksMemory} of the process. Made by Kafka Streams. */
public final class SharedRocks implements RocksDBConfigSetter {
  /** The configuration's key of the {@link RocksMemory}. */
  static final String MEMORY = "tidings.rocks.memory";

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    RocksMemory memory = (RocksMemory) configs.get(MEMORY);
    if (memory == null || !(options.tableFormatConfig() instanceof BlockBasedTableConfig table)) {
      return;
    }
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    // Every look-up is by key, and that of an unknown token should not read the disk.
    table.setFilterPolicy(new BloomFilter(10, false));
    options.setWriteBufferManager(memory.writeBuffers());
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory is everybody's; the filter goes with the table's options.
  }
}
