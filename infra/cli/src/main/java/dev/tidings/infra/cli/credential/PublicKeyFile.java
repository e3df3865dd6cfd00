package dev.tidings.infra.cli.credential;

import dev.tidings.control.credential.PublicKeyPem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;

/** Reads a public key from a file. */
public final class PublicKeyFile {
  private PublicKeyFile() {}

  /**
   * Returns the key.
   *
   * @throws dev.tidings.schemas.value.InvalidValueException if there is no such key in the file
   */
  public static ECPublicKey read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // One more than is accepted, so that a longer one is refused.
      byte[] bytes = in.readNBytes(PublicKeyPem.MOST_CHARACTERS + 1);
      return PublicKeyPem.read(
          "--public-key", file.toString(), new String(bytes, StandardCharsets.US_ASCII));
    }
  }
}
