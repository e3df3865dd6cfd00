package dev.tidings.service.rocks;

import dev.tidings.service.config.Setting;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory all tables of the process share, outside the heap. By default each table of each
 * partition would take its own, without a bound for the whole. To be closed after the tables.
 */
public final class RocksMemory implements AutoCloseable {
  /** How large it is; the same in every service that has tables. */
  public static final Setting<Long> SIZE =
      Setting.bytes(
          "table.memory",
          64L << 20,
          "Memory outside the heap that the tables of all partitions share.");

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * Takes it as it is needed.
   *
   * @param bytes how much at most
   */
  public RocksMemory(long bytes) {
    RocksDB.loadLibrary();
    cache = new LRUCache(bytes);
    // What is being written counts as part of the cache, up to a quarter of it.
    writeBuffers = new WriteBufferManager(bytes / 4, cache);
  }

  /** What tables are there for. */
  public enum Workload {
    /** To be looked into, by key and in order, as much as written. */
    READS,
    /** To be written: hardly ever is a key looked up. */
    WRITES
  }

  /** What has Kafka Streams' tables use it. */
  public Map<String, Object> settings(Workload workload) {
    return Map.of(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
        SharedRocks.class,
        SharedRocks.MEMORY,
        this,
        SharedRocks.WORKLOAD,
        workload);
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
