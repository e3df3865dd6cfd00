package dev.tidings.service.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the ids of the topics from which the tables on this disk were built. Kafka Streams
 * continues to restore a table from its last offset, in the topic that has the name now; so a table
 * of an older topic must be deleted before the start.
 */
public final class TableOrigins {
  private static final Logger log = LoggerFactory.getLogger(TableOrigins.class);
  private static final Pattern TASK = Pattern.compile("\\d+_\\d+");

  /** The file that Kafka Streams locks while it uses the directory. */
  private static final String LOCK = ".lock";

  /**
   * The column family in which Kafka Streams' stores have the offset from which they are restored.
   */
  private static final String OFFSETS = "offsets";

  private final Path directory;
  private final Path file;
  private final Set<String> irreplaceable;
  private final Set<String> former;

  /**
   * Creates the origins of an application's tables.
   *
   * @param stateDir {@code state.dir}
   * @param application its {@code application.id}
   * @param irreplaceable tables that are not deleted although their topic was recreated, because
   *     their contents exist nowhere else: they are only restored from its beginning
   * @param former tables of earlier versions, which nothing reads any more
   */
  public TableOrigins(
      Path stateDir, String application, Set<String> irreplaceable, Set<String> former) {
    this.directory = stateDir.resolve(application);
    this.file = stateDir.resolve(application + ".topics");
    this.irreplaceable = Set.copyOf(irreplaceable);
    this.former = Set.copyOf(former);
  }

  /** Creates the origins of tables that are all copies of their topics. */
  public TableOrigins(Path stateDir, String application) {
    this(stateDir, application, Set.of(), Set.of());
  }

  /**
   * Deletes tables that were built from other topics. Must be called while Kafka Streams does not
   * run.
   *
   * @param topics the id of each table's topic, as far as known
   * @return the tables that were built from other topics
   */
  public Set<String> keep(Map<String, Uuid> topics) {
    try {
      if (!Files.isDirectory(directory)) {
        return of(topics);
      }
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          // Kafka Streams will refuse to start in it.
          log.debug("{} belongs to another process", directory);
          return Set.of();
        }
        return of(topics);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> of(Map<String, Uuid> topics) throws IOException {
    deleteFormer();
    Map<String, String> before = read();
    Set<String> others = new HashSet<>();
    for (Map.Entry<String, Uuid> topic : topics.entrySet()) {
      String id = topic.getValue().toString();
      if (!before.getOrDefault(topic.getKey(), id).equals(id)) {
        others.add(topic.getKey());
        leave(topic.getKey());
      }
    }
    Map<String, String> all = new TreeMap<>(before);
    topics.forEach((table, id) -> all.put(table, id.toString()));
    write(all);
    return others;
  }

  private Map<String, String> read() throws IOException {
    Map<String, String> ids = new HashMap<>();
    if (Files.exists(file)) {
      new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          .lines()
          .map(line -> line.split(" ", 2))
          .filter(parts -> parts.length == 2)
          .forEach(parts -> ids.put(parts[0], parts[1]));
    }
    return ids;
  }

  private void write(Map<String, String> ids) throws IOException {
    List<String> lines = new ArrayList<>();
    ids.forEach((table, id) -> lines.add(table + " " + id));
    if (!Files.exists(file)
        || !Files.readAllLines(file, StandardCharsets.ISO_8859_1).equals(lines)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, lines, StandardCharsets.ISO_8859_1);
    }
  }

  private void deleteFormer() throws IOException {
    for (String table : former) {
      for (Path task : tasks()) {
        Path store = store(task, table);
        if (Files.isDirectory(store)) {
          log.info("{} is thrown away: it is of an earlier version", store);
          delete(store);
        }
      }
    }
  }

  private List<Path> tasks() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> TASK.matcher(path.getFileName().toString()).matches()).toList();
    }
  }

  private static Path store(Path task, String table) {
    return task.resolve("rocksdb").resolve(table);
  }

  private void leave(String table) throws IOException {
    for (Path task : tasks()) {
      // A store of an earlier version of Kafka Streams.
      Files.deleteIfExists(task.resolve(".checkpoint"));
      Path store = store(task, table);
      if (!Files.isDirectory(store)) {
        continue;
      }
      if (irreplaceable.contains(table)) {
        log.warn("{} is restored from the beginning of its topic, which was made anew", store);
        forgetOffset(store);
      } else {
        log.warn("{} is thrown away: its topic was made anew", store);
        delete(store);
      }
    }
  }

  private static void forgetOffset(Path store) throws IOException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (Options options = new Options();
        DBOptions dbOptions = new DBOptions()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, store.toString())) {
        families.add(new ColumnFamilyDescriptor(name));
      }
      if (families.isEmpty()) {
        return;
      }
      try (RocksDB opened = RocksDB.open(dbOptions, store.toString(), families, handles)) {
        for (ColumnFamilyHandle handle : handles) {
          if (new String(handle.getName(), StandardCharsets.US_ASCII).equals(OFFSETS)) {
            deleteAll(opened, handle);
          }
          handle.close();
        }
      }
    } catch (RocksDBException e) {
      throw new IOException(store + ": " + e.getMessage(), e);
    }
  }

  private static void deleteAll(RocksDB opened, ColumnFamilyHandle family) throws RocksDBException {
    try (RocksIterator each = opened.newIterator(family)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        opened.delete(family, each.key());
      }
      each.status();
    }
  }

  private static void delete(Path store) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(store)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
