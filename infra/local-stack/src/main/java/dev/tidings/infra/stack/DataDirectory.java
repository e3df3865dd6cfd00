package dev.tidings.infra.stack;

import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.files.PrivateFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * The directory of a stack's data, locked while the stack uses it. The operating system releases
 * the lock when the process ends in any way.
 */
final class DataDirectory implements AutoCloseable {
  private static final long MIB = 1024 * 1024;

  /** A new stack takes a third of it. */
  private static final long LEAST_FREE = 64 * MIB;

  private final Path root;
  private final FileChannel lock;

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /** Creates the directory if it does not exist, and locks it. */
  static DataDirectory open(Path directory) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
      // A FileStore would look for the mount point, which a process in a chroot does not see.
      requireSpace(root, root.toFile().getUsableSpace());
      var channel =
          FileChannel.open(
              root.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        String holder = Files.readString(root.resolve("lock")).strip();
        channel.close();
        throw new StackException(
            "process %s already uses %s (stop it, or set --data)".formatted(holder, root));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      var data = new DataDirectory(root, channel);
      data.clearTemporary();
      return data;
    } catch (IOException e) {
      throw new StackException(
          "the data directory %s can't be used: %s (expected: one that this user may write to; set"
                  .formatted(root, reason(e))
              + " --data, or TIDINGS_HOME)",
          e);
    }
  }

  /** Without it, broker and registry would fail one after the other, with stack traces. */
  static void requireSpace(Path root, long free) {
    if (free < LEAST_FREE) {
      throw new StackException(
          "the data directory %s can't be used: %d MiB are free there (expected: %d MiB or more; or"
                  .formatted(root, free / MIB, LEAST_FREE / MIB)
              + " set --data, or TIDINGS_HOME)");
    }
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException exists -> exists.getFile() + " is no directory";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Returns the directory of a broker, by name. */
  Path kafka(String broker) {
    return root.resolve(broker);
  }

  /** Returns the id of this stack's cluster, which is created once. */
  synchronized String clusterId() {
    Path file = root.resolve("cluster.id");
    try {
      if (!Files.exists(file)) {
        PrivateFile.write(file, Uuid.randomUuid().toString());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the directory for temporary files of children: the system's directory may be read-only,
   * or not allow libraries to be loaded from it.
   */
  Path temporary() {
    return root.resolve("tmp");
  }

  /** Deletes what killed processes have left. */
  private void clearTemporary() throws IOException {
    Files.createDirectories(temporary());
    try (Stream<Path> left = Files.list(temporary())) {
      for (Path file : left.filter(Files::isRegularFile).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  Path registry() {
    return root.resolve("registry");
  }

  Path service(String name) {
    return root.resolve("services").resolve(name);
  }

  Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  /**
   * Returns the token keys, which only this user can read.
   *
   * @throws StackException if the file is damaged; new keys would make every token invalid
   */
  synchronized String tokenKeys() {
    Path file = root.resolve("token.keys");
    try {
      if (!Files.exists(file)) {
        PrivateFile.write(file, TokenKeys.generate(1, new SecureRandom()));
      }
      String keys = Files.readString(file).strip();
      TokenKeys.parse(keys);
      return keys;
    } catch (InvalidValueException e) {
      throw new StackException(
          file
              + ": damaged: "
              + e.getMessage()
              + "; restore it from a backup: with other keys no device token would be valid any"
              + " more. To begin anew, delete the whole directory",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificates kept here; made when first asked for, and replaced before they expire. */
  synchronized StackCertificates certificates() {
    try {
      return StackCertificates.in(root.resolve("tls"), List.of(), Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new StackException(root.resolve("tls") + ": " + e.getMessage(), e);
    }
  }

  /** Writes a service's settings, some of them secret, to a file that only this user can read. */
  Path writeSettings(String service, Map<String, String> settings) {
    Path file = service(service).resolve("service.properties");
    var properties = new Properties();
    properties.putAll(settings);
    try {
      var text = new StringWriter();
      properties.store(text, "Written at every start: changes made here are lost.");
      PrivateFile.write(file, text.toString());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Releases the lock; idempotent. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
