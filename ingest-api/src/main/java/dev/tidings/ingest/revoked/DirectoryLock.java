package dev.tidings.ingest.revoked;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right of one process to a directory, as long as this is open: without it nothing in there may
 * be deleted. The file stays there when the lock is given up.
 */
final class DirectoryLock implements AutoCloseable {
  private static final String FILE = ".lock";

  private final FileChannel channel;
  private final Path file;

  private DirectoryLock(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Takes a directory, which is created if there is none.
   *
   * @throws IOException if another process has it; the message has what is expected
   */
  static DirectoryLock of(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (isTaken(channel)) {
        throw new IOException(
            directory + " is used by another process (expected: a state.dir of its own for each)");
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new DirectoryLock(channel, file);
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** Returns whether a file is the lock's own. */
  boolean isOf(Path other) {
    return other.equals(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
