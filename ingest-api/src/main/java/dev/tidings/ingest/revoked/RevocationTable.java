package dev.tidings.ingest.revoked;

import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.service.rocks.TableDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
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
  private static final int VALUE_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int SWEEP_BATCH = 10_000;

  private final RevocationRocks database;
  private final RocksDB rocks;
  private final ReadOptions reads;
  private final WriteOptions writes;
  private final long filterBytes;
  private final AtomicLong lookups = new AtomicLong();
  private final Consumer<Throwable> broken;
  private final AtomicBoolean told = new AtomicBoolean();
  private final SeldomLog failures = new SeldomLog(LOG);
  private volatile TokenFilter filter;

  private RevocationTable(RevocationRocks database, long filterBytes, Consumer<Throwable> broken) {
    this.database = database;
    this.rocks = database.rocks();
    this.reads = database.reads();
    this.writes = database.writes();
    this.broken = broken;
    this.filterBytes = filterBytes;
    this.filter = new TokenFilter(filterBytes);
  }

  /**
   * Opens the table in a directory; a damaged one is deleted, and the table is empty.
   *
   * @param filterBytes the size of the filter in memory
   * @param broken called if it is found damaged later: it is unusable until opened again
   * @throws IOException if it cannot be opened, or another process uses it
   */
  public static RevocationTable open(Path directory, long filterBytes, Consumer<Throwable> broken)
      throws IOException {
    return new RevocationTable(RevocationRocks.open(directory), filterBytes, broken);
  }

  /** Returns when a token was revoked, in ms since the epoch; empty if it is not in the table. */
  OptionalLong revokedSince(Token token) throws RocksDBException {
    byte[] key = token.bytes();
    if (!filter.mayContain(key)) {
      return OptionalLong.empty();
    }
    lookups.incrementAndGet();
    byte @Nullable [] value;
    try {
      value = rocks.get(reads, key);
    } catch (RocksDBException e) {
      failures.error("table of revoked tokens: not readable, the request gets 503", e);
      found(e);
      throw e;
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
    database.markDamaged(String.valueOf(failure.getMessage()));
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
    return number(RevocationKeys.position(partition));
  }

  /** Returns when the table was last known to be at the end of the topic, in ms; -1 if never. */
  long writtenAt() throws RocksDBException {
    return number(RevocationKeys.WRITTEN_AT);
  }

  /** Returns Kafka's id of the topic that was read; {@link Uuid#ZERO_UUID} if unknown. */
  Uuid topic() throws RocksDBException {
    return RevocationKeys.id(rocks.get(reads, RevocationKeys.TOPIC));
  }

  /** Returns the offset from which a partition is known here; earlier records were dropped. */
  long beginning(int partition) throws RocksDBException {
    return Math.max(0, number(RevocationKeys.beginning(partition)));
  }

  private long number(byte[] key) throws RocksDBException {
    return RevocationKeys.number(rocks.get(reads, key));
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
        batch.put(
            RevocationKeys.position(position.getKey()),
            RevocationKeys.number(position.getValue().longValue()));
      }
      batch.put(RevocationKeys.TOPIC, RevocationKeys.id(topic));
      batch.put(RevocationKeys.WRITTEN_AT, RevocationKeys.number(now));
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
        FilterFile.read(database.filterFile(), filterBytes, rocks.getLatestSequenceNumber());
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
        batch.put(
            RevocationKeys.beginning(beginning.getKey()),
            RevocationKeys.number(beginning.getValue().longValue()));
      }
      rocks.write(writes, batch);
    }
    filter = fresh;
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
    FilterFile.write(database.filterFile(), filter, rocks.getLatestSequenceNumber());
    database.close();
  }
}
