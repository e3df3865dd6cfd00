package dev.tidings.service.rocks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory {@code state.dir} as a whole: whether this process can use it. */
public final class StateDirectory {
  private StateDirectory() {}

  /**
   * Creates the directory if there is none, and a file in it, which is deleted again.
   *
   * @throws IOException if either is not possible; the message names the setting
   */
  public static void require(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "writable", ""));
    } catch (IOException e) {
      throw refused(directory, e);
    }
  }

  /** Returns the failure of a file in it, with the name of the setting. */
  static IOException refused(Path directory, IOException failure) {
    return new IOException(
        "state.dir: %s: %s (expected: a directory in which the service's user may read and write)"
            .formatted(directory, failure),
        failure);
  }

  /** Returns the lock; null if another process, or another part of this one, has it. */
  static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Returns the failure of a process whose directory another one has. */
  static IllegalStateException taken(Path directory) {
    return new IllegalStateException(
        directory + " is used by another process (expected: a state.dir of its own for each)");
  }
}
