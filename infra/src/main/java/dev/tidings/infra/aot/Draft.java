package dev.tidings.infra.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cache that is being made. It is in a directory of its own until it is whole. */
final class Draft implements AutoCloseable {
  private static final String SUFFIX = ".draft";

  /** The last one, and one for those who go back and forth between two builds. */
  private static final int KEPT = 2;

  private static final long TRIAL_SECONDS = 20;

  private final Path directory;
  private final String kind;
  private final Path cache;
  private final Path place;
  private final Jvm jvm;
  private final FileChannel lock;

  private Draft(Path directory, String kind, Path cache, Path place, Jvm jvm, FileChannel lock) {
    this.directory = directory;
    this.kind = kind;
    this.cache = cache;
    this.place = place;
    this.jvm = jvm;
    this.lock = lock;
  }

  /** Begins one, unless somebody else, in this process or in another, is making one of the kind. */
  static Optional<Draft> begin(Path directory, String kind, Path cache, Jvm jvm)
      throws IOException {
    // The system gives the lock back when this process ends, however it ends.
    FileChannel lock =
        FileChannel.open(
            directory.resolve(kind + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(lock)) {
      lock.close();
      return Optional.empty();
    }
    // Those who were killed leave drafts behind.
    deleteDrafts(directory, kind);
    Path place = directory.resolve(kind + "-" + UUID.randomUUID() + SUFFIX);
    Files.createDirectory(place);
    return Optional.of(new Draft(directory, kind, cache, place, jvm, lock));
  }

  private static boolean tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Where the JVM is to write it; it has one more file beside it meanwhile. */
  Path file() {
    return place.resolve("cache");
  }

  /** A JVM that finds nowhere to write gives up at once. */
  void delete() {
    try {
      delete(place);
    } catch (IOException e) {
      // Then its end takes longer.
    }
  }

  /** Its JVM has ended: what it has made becomes the cache, if it is any good. */
  @Override
  public void close() {
    try (lock) {
      if (Files.exists(file()) && isWhole()) {
        Files.move(file(), cache, StandardCopyOption.ATOMIC_MOVE);
        deleteOlder();
      }
      deleteDrafts(directory, kind);
    } catch (IOException | UncheckedIOException e) {
      // It is made the next time.
    }
  }

  /** Whether a JVM takes it. One that is killed while it writes leaves half of it. */
  private boolean isWhole() throws IOException {
    var line = new ArrayList<String>();
    line.add(Jvm.program().toString());
    line.addAll(jvm.options());
    line.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + file()));
    line.addAll(List.of("-cp", jvm.joinedClassPath(), "-version"));
    Process trial =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      trial.destroyForcibly();
    }
  }

  private void deleteOlder() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> old =
          files
              .filter(other -> isOfKind(other, kind, ".aot"))
              .sorted(
                  Comparator.comparingLong((Path other) -> other.toFile().lastModified())
                      .reversed())
              .skip(KEPT)
              .toList();
      for (Path other : old) {
        Files.deleteIfExists(other);
      }
    }
  }

  private static void deleteDrafts(Path directory, String kind) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path draft : files.filter(other -> isOfKind(other, kind, SUFFIX)).toList()) {
        delete(draft);
      }
    }
  }

  private static void delete(Path place) throws IOException {
    if (Files.exists(place)) {
      try (Stream<Path> files = Files.list(place)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(place);
    }
  }

  /** No kind's name is that of another with a dash behind it. */
  private static boolean isOfKind(Path file, String kind, String suffix) {
    String name = file.getFileName().toString();
    return name.startsWith(kind + "-") && name.endsWith(suffix);
  }
}
