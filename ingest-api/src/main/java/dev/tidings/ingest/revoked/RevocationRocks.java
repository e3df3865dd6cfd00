package dev.tidings.ingest.revoked;

import dev.tidings.service.rocks.TableDirectory;
import java.io.IOException;
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
  private final DirectoryLock lock;

  private RevocationRocks(Path directory, DirectoryLock lock) throws RocksDBException {
    this.directory = directory;
    this.lock = lock;
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

  /**
   * Opens the database in a directory; a damaged one is deleted, and the new one is empty. One that
   * cannot be opened for another reason is left as it is.
   *
   * @throws IOException if it cannot be opened; the message has what is expected
   */
  static RevocationRocks open(Path directory) throws IOException {
    DirectoryLock lock = DirectoryLock.of(directory);
    try {
      return open(directory, lock);
    } catch (RocksDBException e) {
      lock.close();
      throw new IOException(
          "the table of revoked tokens in %s can't be opened: %s (expected: a directory that no other"
                  .formatted(directory, e.getMessage())
              + " process uses, with room and rights to write; it may be deleted: the table is then"
              + " read again)",
          e);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static RevocationRocks open(Path directory, DirectoryLock lock)
      throws IOException, RocksDBException {
    if (Files.exists(directory.resolve(DAMAGED))) {
      LOG.warn(
          "table of revoked tokens in {}: found damaged, it is deleted and read again", directory);
      deleteAll(directory, lock);
    }
    try {
      return new RevocationRocks(directory, lock);
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        throw e;
      }
      LOG.warn(
          "table of revoked tokens in {}: not usable, it is deleted and read again: {}",
          directory,
          e.toString());
    }
    deleteAll(directory, lock);
    return new RevocationRocks(directory, lock);
  }

  /**
   * A full disk, too many open files or RocksDB's lock say nothing against the table. That a file
   * is missing RocksDB's Java classes tell in the message alone.
   */
  private static boolean isDamage(RocksDBException failure) {
    return TableDirectory.isCorruption(failure)
        || String.valueOf(failure.getMessage()).contains("No such file or directory");
  }

  private static void deleteAll(Path directory, DirectoryLock lock) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!lock.isOf(file) && !file.equals(directory)) {
          Files.delete(file);
        }
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
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("{} is not given up before the process ends", directory, e);
    }
  }

  private void closeOptions() {
    options.close();
    cache.close();
    writes.close();
    reads.close();
  }
}
