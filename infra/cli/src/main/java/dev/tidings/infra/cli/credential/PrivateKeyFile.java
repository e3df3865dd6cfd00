package dev.tidings.infra.cli.credential;

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
import java.util.Base64;
import java.util.Set;

/** A new private key, as Apple hands them out: PKCS#8 in PEM, for its owner's eyes alone. */
public final class PrivateKeyFile {
  private PrivateKeyFile() {}

  /** Returns the text of the file. */
  public static String pem(PrivateKey key) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
  }

  /**
   * Writes the file, which nobody else may read, not even for a moment.
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
      out.write(pem(key).getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }
}
