package dev.tidings.infra.cli.credential;

import dev.tidings.control.credential.PrivateKeyPem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.util.Set;

/** A new private key, as Apple hands them out: PKCS#8 in PEM, for its owner's eyes alone. */
public final class PrivateKeyFile {
  private PrivateKeyFile() {}

  /**
   * Writes the file, which only its owner may read from the moment it exists.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it is there already
   */
  public static Path write(Path directory, String kid, PrivateKey key) throws IOException {
    Path file = directory.resolve("AuthKey_" + kid + ".p8");
    FileAttribute<?>[] mode =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (OutputStream out =
        Channels.newOutputStream(
            Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode))) {
      out.write(PrivateKeyPem.of(key).getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }
}
