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

/** A cache that is being created. It is in its own directory until it is complete. */
final class CacheBuild implements AutoCloseable {
  private static final String SUFFIX = ".draft";

  /** The number of caches kept: the last one, and one for switching between two builds. */
  private static final int KEPT = 2;

  private static final long TRIAL_SECONDS = 20;

  private final Path directory;
  private final String kind;
  private final Path cache;
  private final Path place;
  private final Jvm jvm;
  private final FileChannel lock;

  private CacheBuild(
      Path directory, String kind, Path cache, Path place, Jvm jvm, FileChannel lock) {
    this.directory = directory;
    this.kind = kind;
    this.cache = cache;
    this.place = place;
    this.jvm = jvm;
    this.lock = lock;
  }

  /** Begins a cache, unless this or another process is creating one of the same kind. */
  static Optional<CacheBuild> begin(Path directory, String kind, Path cache, Jvm jvm)
      throws IOException {
    // The operating system releases the lock when this process ends in any way.
    FileChannel lock =
        FileChannel.open(
            directory.resolve(kind + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(lock)) {
      lock.close();
      return Optional.empty();
    }
    // Killed processes leave drafts behind.
    deleteDrafts(directory, kind);
    Path place = directory.resolve(kind + "-" + UUID.randomUUID() + SUFFIX);
    Files.createDirectory(place);
    return Optional.of(new CacheBuild(directory, kind, cache, place, jvm, lock));
  }

  private static boolean tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Returns the file that the JVM writes; it temporarily has one more file beside it. */
  Path file() {
    return place.resolve("cache");
  }

  /** Deletes the directory: a JVM that cannot write the cache gives up at once. */
  void delete() {
    try {
      delete(place);
    } catch (IOException e) {
      // If it cannot be deleted, the JVM takes longer to end.
    }
  }

  /** Ends the draft after its JVM has ended: the file becomes the cache if it is valid. */
  @Override
  public void close() {
    try (lock) {
      if (Files.exists(file()) && isWhole()) {
        Files.move(file(), cache, StandardCopyOption.ATOMIC_MOVE);
        deleteOlder();
      }
      deleteDrafts(directory, kind);
    } catch (IOException | UncheckedIOException e) {
      // The next run creates it.
    }
  }

  /**
   * Returns whether a JVM accepts the file. A JVM that is killed while it writes leaves a partial
   * file.
   */
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

  /**
   * Whether a file is a cache of this kind; no kind's name starts with that of another and a dash.
   */
  private static boolean isOfKind(Path file, String kind, String suffix) {
    String name = file.getFileName().toString();
    return name.startsWith(kind + "-") && name.endsWith(suffix);
  }
}
