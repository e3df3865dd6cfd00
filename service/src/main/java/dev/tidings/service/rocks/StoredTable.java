package dev.tidings.service.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * A table of Kafka Streams as it is on the disk.
 *
 * @param directory its files
 * @param positions up to which offset of each partition its files have the records, exclusively.
 *     Kafka Streams writes entries and offsets to the memory of RocksDB and has them flushed
 *     together, so after a crash these are the offsets of what is there, however long the process
 *     had gone on without a flush
 */
record StoredTable(Path directory, Map<TopicPartition, Long> positions) {
  /** The column family of the offsets. */
  private static final String OFFSETS = "offsets";

  /** The other keys of the column family are words. */
  private static final Pattern PARTITION = Pattern.compile("(.+)-(\\d{1,9})");

  StoredTable {
    positions = Map.copyOf(positions);
  }

  /**
   * Opens a table as Kafka Streams will open it, and closes it.
   *
   * @param whole whether to read all of it
   * @throws RocksDBException if it cannot be read
   */
  static StoredTable read(Path directory, boolean whole) throws RocksDBException {
    if (isEmpty(directory)) {
      return new StoredTable(directory, Map.of());
    }
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options();
        DBOptions dbOptions = new DBOptions()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        families.add(new ColumnFamilyDescriptor(name));
      }
      if (families.isEmpty()) {
        throw new RocksDBException("its manifest lists nothing");
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      Map<TopicPartition, Long> positions = new HashMap<>();
      try (RocksDB opened =
          RocksDB.openReadOnly(dbOptions, directory.toString(), families, handles)) {
        try {
          if (whole) {
            opened.verifyChecksum();
          }
          for (ColumnFamilyHandle handle : handles) {
            if (new String(handle.getName(), StandardCharsets.UTF_8).equals(OFFSETS)) {
              readPositions(opened, handle, positions);
            }
          }
        } finally {
          handles.forEach(ColumnFamilyHandle::close);
        }
      }
      return new StoredTable(directory, positions);
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readPositions(
      RocksDB opened, ColumnFamilyHandle offsets, Map<TopicPartition, Long> positions)
      throws RocksDBException {
    try (RocksIterator each = opened.newIterator(offsets)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        Matcher partition = PARTITION.matcher(new String(each.key(), StandardCharsets.UTF_8));
        if (partition.matches() && each.value().length == Long.BYTES) {
          long last = ByteBuffer.wrap(each.value()).getLong();
          positions.put(
              new TopicPartition(partition.group(1), Integer.parseInt(partition.group(2))),
              // Negative if nothing was read: Kafka Streams begins at the beginning.
              Math.max(0, last + 1));
        }
      }
      each.status();
    }
  }

  /**
   * Returns whether the log may have forgotten deletions that it has not seen.
   *
   * @param firsts as {@link KeptDeletions#firstSince} tells
   * @param irreplaceable tables of which it counts as not so if a partition has not answered
   */
  boolean isBehind(Map<TopicPartition, Long> firsts, Set<String> irreplaceable) {
    boolean ifUnknown = !irreplaceable.contains(directory.getFileName().toString());
    return positions.entrySet().stream()
        .anyMatch(position -> {
          long first = firsts.getOrDefault(position.getKey(), 0L);
          return first == KeptDeletions.UNKNOWN ? ifUnknown : position.getValue() < first;
        });
  }
}
