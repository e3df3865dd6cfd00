package dev.tidings.infra.ports;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports that were chosen and on which nobody may listen yet. All processes of a user share them
 * through a file, of which each port has one byte: whoever has locked it has the port. The locks of
 * a process end with it, however it ends.
 *
 * <p>Thread-safe. It is never closed: a process that closes a file loses all its locks on it.
 */
final class PortReservations {
  private final Optional<FileChannel> file;

  /** Java knows only of locks that somebody refers to. */
  private final Set<FileLock> locks = ConcurrentHashMap.newKeySet();

  private PortReservations(Optional<FileChannel> file) {
    this.file = file;
  }

  /** Returns those that the processes of this user share. */
  static PortReservations ofThisUser() {
    String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    return in(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "tidings-ports-" + user));
  }

  /** Returns those in a file. Where it cannot be opened nothing is reserved. */
  static PortReservations in(Path path) {
    // To open a pipe would wait for whoever made it.
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return new PortReservations(Optional.empty());
    }
    try {
      return new PortReservations(
          Optional.of(
              FileChannel.open(
                  path,
                  // Others may write to the directory too.
                  Set.of(
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE,
                      LinkOption.NOFOLLOW_LINKS),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))));
    } catch (IOException | UnsupportedOperationException e) {
      return new PortReservations(Optional.empty());
    }
  }

  /** Takes a port until this process ends. Returns whether nobody has it, this process included. */
  boolean take(int port) {
    return file.isEmpty() || lock(file.get(), port);
  }

  private boolean lock(FileChannel shared, int port) {
    try {
      FileLock lock = shared.tryLock(port, 1, false);
      return lock != null && locks.add(lock);
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      // A file system without locks.
      return true;
    }
  }
}
