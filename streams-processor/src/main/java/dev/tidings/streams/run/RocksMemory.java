package dev.tidings.streams.run;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory all tables of the process share, outside the heap. By default each table of each
 * partition would take its own, without a bound for the whole. To be closed after the tables.
 */
public final class RocksMemory implements AutoCloseable {
  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  public RocksMemory(long bytes) {
    RocksDB.loadLibrary();
    cache = new LRUCache(bytes);
    // What is being written counts as part of the cache, up to a quarter of it.
    writeBuffers = new WriteBufferManager(bytes / 4, cache);
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
