package dev.tidings.service.rocks;

import dev.tidings.service.config.Setting;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.kafka.streams.StreamsConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The off-heap memory that all tables of the process share. By default each table of each partition
 * would allocate its own, without a limit for the sum. Must be closed after the tables.
 *
 * <p>A disk that is slower than the writes may have more in memory: the write buffers of a table
 * take together at most the memory divided by the tables that are open when it is opened. So the
 * i-th of them has at most an i-th of the memory, and the sum grows as the logarithm of their
 * number: four to five times the memory of 64 MB for 64 tables. From the 33rd on each has the 2 MB
 * that a table needs at least. Those that are written to when all their buffers are full wait for
 * their own flush. Stalling the writes of all at a common limit could stall them for ever: tables
 * that nobody writes to are not flushed, and could fill the memory.
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

  /** The size of two of the write buffers that Kafka Streams gives a table. */
  private static final long MOST_OF_WRITE_BUFFERS = 32 << 20;

  /** With less, each batch of a table that is restored would be a file. */
  private static final long LEAST_OF_WRITE_BUFFERS = 2 << 20;

  private final long bytes;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /** Those whose opening failed are never closed, and are forgotten by the garbage collector. */
  private final Set<SharedRocks> open = Collections.newSetFromMap(new WeakHashMap<>());

  /**
   * Creates the memory, which is allocated as needed.
   *
   * @param bytes its limit
   */
  public RocksMemory(long bytes) {
    RocksDB.loadLibrary();
    this.bytes = bytes;
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

  /** Counts a table that is being opened, and returns the size of all its write buffers. */
  synchronized long writeBuffersOf(SharedRocks table) {
    open.add(table);
    return Math.clamp(bytes / open.size(), LEAST_OF_WRITE_BUFFERS, MOST_OF_WRITE_BUFFERS);
  }

  synchronized void closed(SharedRocks table) {
    open.remove(table);
  }

  long bytes() {
    return bytes;
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
