package dev.tidings.infra.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file with a secret in it. */
final class PrivateFile {
  private PrivateFile() {}

  /** Writes all of it or nothing, readable by this user alone where the system knows of users. */
  static void write(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    // A temporary file is this user's alone from the moment it is there.
    Path draft = Files.createTempFile(directory, file.getFileName().toString(), ".draft");
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
