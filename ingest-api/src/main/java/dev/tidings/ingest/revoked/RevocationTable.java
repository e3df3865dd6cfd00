package dev.tidings.ingest.revoked;

import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.service.rocks.TableDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All revoked tokens, on disk, each with its position in the topic; and the position of each
 * partition, written atomically with the tokens. The memory it uses does not depend on the number
 * of tokens. Written by one thread, read by all.
 */
public final class RevocationTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationTable.class);
  private static final int CACHE_BYTES = 8 << 20;
  private static final int WRITE_BUFFER_BYTES = 4 << 20;
  private static final int VALUE_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int SWEEP_BATCH = 10_000;

  /** The file that marks the table as damaged. */
  private static final String DAMAGED = "damaged";

  /**
   * Keys beside the tokens, and shorter than those: position and beginning of each partition, and
   * the following.
   */
  private static final byte[] WRITTEN_AT = {'w'};

  private static final byte[] TOPIC = {'t'};

  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options;
  private final WriteOptions writes = new WriteOptions().setDisableWAL(true);
  private final ReadOptions reads = new ReadOptions();
  private final RocksDB rocks;
  private final Path filterFile;
  private final long filterBytes;
  private final AtomicLong lookups = new AtomicLong();
  private final Path damaged;
  private final Consumer<Throwable> broken;
  private final AtomicBoolean told = new AtomicBoolean();
  private final SeldomLog failures = new SeldomLog(LOG);
  private volatile TokenFilter filter;

  private RevocationTable(Path directory, long filterBytes, Consumer<Throwable> broken)
      throws RocksDBException {
    this.damaged = directory.resolve(DAMAGED);
    this.broken = broken;
    this.filterFile = directory.resolve("filter");
    this.filterBytes = filterBytes;
    this.filter = new TokenFilter(filterBytes);
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
   * Opens the table in a directory; a damaged one is deleted, and the table is empty.
   *
   * @param filterBytes the size of the filter in memory
   * @param broken called if it is found damaged later: it is unusable until opened again
   */
  public static RevocationTable open(Path directory, long filterBytes, Consumer<Throwable> broken) {
    try {
      if (Files.exists(directory.resolve(DAMAGED))) {
        LOG.warn(
            "table of revoked tokens in {}: found damaged, it is deleted and read again",
            directory);
        deleteAll(directory);
      }
      Files.createDirectories(directory);
      return new RevocationTable(directory, filterBytes, broken);
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
      return new RevocationTable(directory, filterBytes, broken);
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

  /** Returns when a token was revoked, in ms since the epoch; empty if it is not revoked. */
  public OptionalLong revokedSince(Token token) {
    byte[] key = token.bytes();
    if (!filter.mayContain(key)) {
      return OptionalLong.empty();
    }
    lookups.incrementAndGet();
    byte @Nullable [] value;
    try {
      value = rocks.get(reads, key);
    } catch (RocksDBException e) {
      failures.error("table of revoked tokens: not readable, the token counts as valid", e);
      found(e);
      return OptionalLong.empty();
    }
    return value == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(value).getLong());
  }

  /**
   * Handles a failure. Damage is permanent, and further writes are lost: the process ends, and the
   * next one reads the topic again.
   */
  void found(RocksDBException failure) {
    if (!TableDirectory.isCorruption(failure) || told.getAndSet(true)) {
      return;
    }
    try {
      Files.writeString(damaged, failure.getMessage() + "\n");
    } catch (IOException e) {
      LOG.warn("{} not written", damaged, e);
    }
    broken.accept(
        new IllegalStateException(
            "the table of revoked tokens is damaged: it is read again at the next start", failure));
  }

  // ---- For the thread that reads the topic -----------------------------------------------------

  /**
   * A record of the topic.
   *
   * @param since when the token was revoked, in ms since the epoch; negative for a tombstone
   */
  record Change(byte[] token, long since, int partition, long offset) {}

  /** Returns the offset of the next record of a partition; -1 if none was read. */
  long position(int partition) throws RocksDBException {
    return number(partitionKey(partition));
  }

  /** Returns when the table was last known to be at the end of the topic, in ms; -1 if never. */
  long writtenAt() throws RocksDBException {
    return number(WRITTEN_AT);
  }

  /** Returns Kafka's id of the topic that was read; {@link Uuid#ZERO_UUID} if unknown. */
  Uuid topic() throws RocksDBException {
    byte @Nullable [] value = rocks.get(reads, TOPIC);
    if (value == null) {
      return Uuid.ZERO_UUID;
    }
    ByteBuffer id = ByteBuffer.wrap(value);
    return new Uuid(id.getLong(), id.getLong());
  }

  /** Returns the offset from which a partition is known here; earlier records were dropped. */
  long beginning(int partition) throws RocksDBException {
    return Math.max(0, number(beginningKey(partition)));
  }

  private long number(byte[] key) throws RocksDBException {
    byte @Nullable [] value = rocks.get(reads, key);
    return value == null ? -1 : ByteBuffer.wrap(value).getLong();
  }

  /** Writes changes, positions and the topic's id atomically. */
  void apply(List<Change> changes, Map<Integer, Long> positions, Uuid topic, long now)
      throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (Change change : changes) {
        if (change.since() < 0) {
          batch.delete(change.token());
        } else {
          filter.add(change.token());
          batch.put(
              change.token(),
              ByteBuffer.allocate(VALUE_BYTES)
                  .putLong(change.since())
                  .putInt(change.partition())
                  .putLong(change.offset())
                  .array());
        }
      }
      for (Map.Entry<Integer, Long> position : positions.entrySet()) {
        batch.put(partitionKey(position.getKey()), number(position.getValue().longValue()));
      }
      batch.put(
          TOPIC,
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(topic.getMostSignificantBits())
              .putLong(topic.getLeastSignificantBits())
              .array());
      batch.put(WRITTEN_AT, number(now));
      rocks.write(writes, batch);
    }
  }

  /** Deletes everything. */
  void clear() throws RocksDBException {
    byte[] behindAll = new byte[Token.BYTES + 1];
    Arrays.fill(behindAll, (byte) 0xff);
    rocks.deleteRange(writes, new byte[0], behindAll);
    filter = new TokenFilter(filterBytes);
  }

  /**
   * Loads the filter of the last run. Returns false if there is none for the table's current state:
   * then a filter that excludes no token is used until the next {@link #sweep}.
   */
  boolean loadFilter() {
    @Nullable TokenFilter found =
        FilterFile.read(filterFile, filterBytes, rocks.getLatestSequenceNumber());
    if (found == null) {
      filter.fill();
      return false;
    }
    filter = found;
    return true;
  }

  /**
   * Deletes tokens that the topic no longer has, and builds a new filter, in one scan of the table.
   *
   * @param beginnings the first offset that still exists, by partition
   */
  void sweep(Map<Integer, Long> beginnings) throws RocksDBException {
    TokenFilter fresh = new TokenFilter(filterBytes);
    try (RocksIterator all = rocks.newIterator();
        WriteBatch batch = new WriteBatch()) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        byte[] key = all.key();
        if (key.length != Token.BYTES) {
          continue;
        }
        ByteBuffer value = ByteBuffer.wrap(all.value());
        if (value.getLong(Long.BYTES + Integer.BYTES)
            < beginnings.getOrDefault(value.getInt(Long.BYTES), 0L)) {
          batch.delete(key);
          if (batch.count() == SWEEP_BATCH) {
            rocks.write(writes, batch);
            batch.clear();
          }
        } else {
          fresh.add(key);
        }
      }
      all.status();
      for (Map.Entry<Integer, Long> beginning : beginnings.entrySet()) {
        batch.put(beginningKey(beginning.getKey()), number(beginning.getValue().longValue()));
      }
      rocks.write(writes, batch);
    }
    filter = fresh;
  }

  private static byte[] partitionKey(int partition) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
  }

  private static byte[] beginningKey(int partition) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put((byte) 'b').putInt(partition).array();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  // ---- What it looks like ----------------------------------------------------------------------

  /** Returns the approximate number of tokens. */
  public long size() {
    try {
      return rocks.getLongProperty("rocksdb.estimate-num-keys");
    } catch (RocksDBException e) {
      return 0;
    }
  }

  /** Returns how often the filter could not exclude a token and the table was read. */
  public long lookups() {
    return lookups.get();
  }

  /** Returns the size of the filter in memory. */
  public long filterBytes() {
    return filterBytes;
  }

  /** Closes the table. Must be called after the last look-up. */
  @Override
  public void close() {
    FilterFile.write(filterFile, filter, rocks.getLatestSequenceNumber());
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
