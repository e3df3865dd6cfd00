package dev.tidings.infra.cli.options;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file with a secret. */
final class SecretFile {
  private SecretFile() {}

  /**
   * Returns the text, without the end of its line.
   *
   * @param mostBytes a longer file has no such secret
   */
  static String read(Path file, int mostBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      return bytes.length > mostBytes ? "" : new String(bytes, StandardCharsets.ISO_8859_1).strip();
    }
  }

  /** Prints a warning if not only the owner may read the file. */
  static void warnIfOthersMayRead(Path file, PrintWriter err) throws IOException {
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException e) {
      // This file system has no such permissions.
      return;
    }
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.GROUP_READ)) {
      err.println("tidings: warning: others may read " + file + " (expected: chmod 600)");
    }
  }
}
