package dev.tidings.service.rocks;

import dev.tidings.service.config.Setting;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The off-heap memory that all tables of the process share. By default each table of each partition
 * would allocate its own, without a limit for the sum. Must be closed after the tables.
 *
 * <p>A disk that is slower than the writes may have more in memory, up to the write buffers that
 * Kafka Streams allows a table: a table that is being flushed is not flushed again, and what it was
 * given meanwhile stays until the next write. Stalling the writes instead could stall them for
 * ever: tables that nobody writes to are not flushed, and could fill the memory.
 */
public final class RocksMemory implements AutoCloseable {
  /** The size of the memory; the same setting in every service that has tables. */
  public static final Setting<Long> SIZE =
      Setting.bytes(
          "table.memory",
          64L << 20,
          1L << 20,
          1L << 40,
          "Memory outside the heap that the tables of all partitions share.");

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * Creates the memory, which is allocated as needed.
   *
   * @param bytes its limit
   */
  public RocksMemory(long bytes) {
    RocksDB.loadLibrary();
    cache = new LRUCache(bytes);
    // Memtables count as part of the cache, up to a quarter of it.
    writeBuffers = new WriteBufferManager(bytes / 4, cache);
  }

  /** How tables are mainly used. */
  public enum Workload {
    /** Read by key and in order as often as written. */
    READS,
    /** Mostly written; keys are rarely looked up. */
    WRITES
  }

  /** Returns the settings of Kafka Streams that make its tables use this memory. */
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
