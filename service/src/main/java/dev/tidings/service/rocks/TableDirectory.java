package dev.tidings.service.rocks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory in which Kafka Streams keeps the tables of an application; they are copies of
 * topics. Tables that are damaged, or so old that the log no longer has the tombstones of later
 * deletions, are deleted; Kafka Streams then restores them as on a new disk.
 */
public final class TableDirectory {
  private static final Logger log = LoggerFactory.getLogger(TableDirectory.class);
  private static final Pattern TASK = Pattern.compile("\\d+_\\d+");
  private static final String LOCK = ".lock";
  private static final String PROCESS = "kafka-streams-process-metadata";

  /**
   * A stamp that is further in the future than this says nothing about the age: the clock was
   * wrong.
   */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /**
   * The part of the time for which tombstones are kept that is left to restore a table: with a day,
   * six hours.
   */
  private static final int MARGIN = 4;

  private final Path directory;

  /** A file whose modification time is when the tables were last up to date with the log. */
  private final Path stamp;

  private final Path damaged;
  private final InstantSource clock;

  /**
   * Creates the directory object of an application.
   *
   * @param stateDir {@code state.dir}
   * @param application its {@code application.id}
   */
  public TableDirectory(Path stateDir, String application, InstantSource clock) {
    this.directory = stateDir.resolve(application);
    this.stamp = stateDir.resolve(application + ".current");
    this.damaged = stateDir.resolve(application + ".damaged");
    this.clock = clock;
  }

  /**
   * Deletes tables that must not be used. Must be called before Kafka Streams is created.
   *
   * @param tombstonesKept how long the log keeps tombstones
   * @param deletions asked what the tables may have missed
   */
  public void mend(Duration tombstonesKept, KeptDeletions deletions) throws InterruptedException {
    mend(tombstonesKept, deletions, Set.of(), Set.of());
  }

  /**
   * As {@link #mend(Duration, KeptDeletions)}.
   *
   * @param walked tables that are scanned from end to end, where an unreadable entry would count as
   *     absent: all their contents are checked
   * @param irreplaceable stay if the log does not answer: they may exist nowhere else
   * @throws IllegalStateException if another process has the directory
   */
  public void mend(
      Duration tombstonesKept,
      KeptDeletions deletions,
      Set<String> walked,
      Set<String> irreplaceable)
      throws InterruptedException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = StateDirectory.lock(channel)) {
      if (lock == null) {
        throw StateDirectory.taken(directory);
      }
      if (Files.exists(damaged)) {
        wipe(directory, "it was found damaged");
        Files.deleteIfExists(damaged);
      } else if (isOlderThan(tombstonesKept)) {
        wipe(directory, "it is older than the log's memory of deletions, " + tombstonesKept);
      } else {
        deleteBehind(mendTasks(walked), deletions, tombstonesKept, irreplaceable);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(StateDirectory.refused(directory, e));
    }
  }

  /** Records that the tables are up to date with the log, or about to be. */
  public void touch() {
    try {
      if (!Files.exists(stamp)) {
        Files.createDirectories(stamp.toAbsolutePath().getParent());
        Files.createFile(stamp);
      }
      Files.setLastModifiedTime(stamp, FileTime.from(clock.instant()));
    } catch (IOException e) {
      // On a full disk, for example: the tables then count as older than they are, which is safe.
      log.debug("{} not touched", stamp, e);
    }
  }

  /**
   * Finds out whether a damaged table caused a failure; if so, it is deleted at the next start.
   *
   * @return the message to log; empty if no damage is the cause
   */
  public Optional<String> damagedBy(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DamagedTableException
          || (cause instanceof RocksDBException rocks && isCorruption(rocks))) {
        try {
          Files.writeString(damaged, cause.getMessage() + "\n");
        } catch (IOException e) {
          log.warn("{} not written", damaged, e);
        }
        return Optional.of(
            "a table in %s is damaged: it is thrown away and restored at the next start"
                .formatted(directory));
      }
    }
    return Optional.empty();
  }

  /** Returns whether RocksDB has found corrupt data. */
  public static boolean isCorruption(RocksDBException failure) {
    @Nullable Status status = failure.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  private boolean isOlderThan(Duration age) throws IOException {
    Optional<Instant> current = Files.exists(stamp) ? Optional.of(time(stamp)) : newestFile();
    Instant now = clock.instant();
    return current
        .filter(time -> time.isBefore(now.minus(age)) || time.isAfter(now.plus(SKEW)))
        .isPresent();
  }

  private Optional<Instant> newestFile() throws IOException {
    List<Instant> times = new ArrayList<>();
    for (Path task : tasks()) {
      try (Stream<Path> files = Files.walk(task)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          times.add(time(file));
        }
      }
    }
    return times.stream().max(Instant::compareTo);
  }

  private static Instant time(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  private List<Path> tasks() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> TASK.matcher(path.getFileName().toString()).matches())
          .filter(Files::isDirectory)
          .toList();
    }
  }

  /** Deletes the tasks with a fault, and returns the tables of the others. */
  private List<StoredTable> mendTasks(Set<String> walked) throws IOException {
    RocksDB.loadLibrary();
    List<StoredTable> good = new ArrayList<>();
    for (Path task : tasks()) {
      List<StoredTable> stored = new ArrayList<>();
      Optional<String> fault = faultOf(task, walked, stored);
      if (fault.isPresent()) {
        wipe(task, fault.get());
      } else {
        good.addAll(stored);
      }
    }
    // The directory also has the process id of Kafka Streams; without it, a new one is chosen.
    Path process = directory.resolve(PROCESS);
    if (Files.exists(process) && !text(process).strip().matches("(?s)\\{.*\"processId\".*}")) {
      wipe(process, "it can't be read");
    }
    return good;
  }

  /**
   * Deletes the tables whose files are older than the log's memory of deletions. The stamp tells
   * only that the process followed the log: what it had read may have been in memory, for days if
   * little was written, and is lost if the process was killed.
   */
  private void deleteBehind(
      List<StoredTable> tables, KeptDeletions deletions, Duration kept, Set<String> irreplaceable)
      throws IOException, InterruptedException {
    Set<TopicPartition> partitions =
        tables.stream()
            .flatMap(table -> table.positions().keySet().stream())
            .collect(Collectors.toSet());
    if (partitions.isEmpty()) {
      return;
    }
    Instant since = clock.instant().minus(kept).plus(kept.dividedBy(MARGIN));
    Map<TopicPartition, Long> firsts = deletions.firstSince(partitions, since);
    for (StoredTable table : tables) {
      Path stores = requireNonNull(table.directory().getParent());
      Path task = requireNonNull(stores.getParent());
      // Of an earlier version, whose other tables have their offsets there, this one too.
      Path what = Files.exists(CheckpointFile.of(task)) ? task : table.directory();
      if (table.isBehind(firsts, irreplaceable) && Files.exists(what)) {
        wipe(what, "its files may lack deletions from before " + since);
      }
    }
  }

  private static Optional<String> faultOf(Path task, Set<String> walked, List<StoredTable> stored)
      throws IOException {
    if (CheckpointFile.isDamaged(task)) {
      return Optional.of("its checkpoint can't be read");
    }
    Path stores = task.resolve("rocksdb");
    if (!Files.isDirectory(stores)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(stores)) {
      for (Path store : all.filter(Files::isDirectory).toList()) {
        try {
          stored.add(StoredTable.read(store, walked.contains(store.getFileName().toString())));
        } catch (RocksDBException e) {
          return Optional.of(store.getFileName() + " can't be read: " + e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private void wipe(Path what, String why) throws IOException {
    log.warn("{} is thrown away and made anew from the log: {}", what, why);
    Files.walkFileTree(
        what,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            // The lock is held by this process.
            if (!file.equals(directory.resolve(LOCK))) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (!visited.equals(directory)) {
              Files.delete(visited);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
