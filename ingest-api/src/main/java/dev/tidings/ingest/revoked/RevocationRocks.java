package dev.tidings.ingest.revoked;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of the table on disk, in a directory of its own, with its options. Thread-safe. */
final class RevocationRocks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationRocks.class);
  private static final int CACHE_BYTES = 8 << 20;
  private static final int WRITE_BUFFER_BYTES = 4 << 20;

  /** The file that marks the table as damaged. */
  private static final String DAMAGED = "damaged";

  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options;
  private final WriteOptions writes = new WriteOptions().setDisableWAL(true);
  private final ReadOptions reads = new ReadOptions();
  private final RocksDB rocks;
  private final Path directory;

  private RevocationRocks(Path directory) throws RocksDBException {
    this.directory = directory;
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            // Partitioned index and filters: a whole one would be read from disk each time that the
            // cache is too small for all of them.
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setMetadataBlockSize(4 << 10)
            .setPinTopLevelIndexAndFilter(true);
    // Without a write-ahead log: after a crash the table is slightly behind, and reads the missing
    // part again.
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxBackgroundJobs(2)
            .setKeepLogFileNum(2)
            .setTableFormatConfig(table);
    try {
      rocks = RocksDB.open(options, directory.resolve("table").toString());
    } catch (RocksDBException e) {
      closeOptions();
      throw e;
    }
  }

  /** Opens the database in a directory; a damaged one is deleted, and the new one is empty. */
  static RevocationRocks open(Path directory) {
    try {
      if (Files.exists(directory.resolve(DAMAGED))) {
        LOG.warn(
            "table of revoked tokens in {}: found damaged, it is deleted and read again",
            directory);
        deleteAll(directory);
      }
      Files.createDirectories(directory);
      return new RevocationRocks(directory);
    } catch (RocksDBException e) {
      LOG.warn(
          "table of revoked tokens in {}: not usable, it is deleted and read again: {}",
          directory,
          e.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      deleteAll(directory);
      Files.createDirectories(directory);
      return new RevocationRocks(directory);
    } catch (RocksDBException e) {
      throw new IllegalStateException("table of revoked tokens in " + directory, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Has it deleted when it is opened the next time. */
  void markDamaged(String why) {
    Path damaged = directory.resolve(DAMAGED);
    try {
      Files.writeString(damaged, why + "\n");
    } catch (IOException e) {
      LOG.warn("{} not written", damaged, e);
    }
  }

  RocksDB rocks() {
    return rocks;
  }

  WriteOptions writes() {
    return writes;
  }

  ReadOptions reads() {
    return reads;
  }

  /** Returns the file of the filter, which goes with the database. */
  Path filterFile() {
    return directory.resolve("filter");
  }

  @Override
  public void close() {
    rocks.close();
    closeOptions();
  }

  private void closeOptions() {
    options.close();
    cache.close();
    writes.close();
    reads.close();
  }
}
