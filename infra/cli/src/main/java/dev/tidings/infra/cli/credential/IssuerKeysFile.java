package dev.tidings.infra.cli.credential;

import dev.tidings.control.credential.IssuerKeySource;
import dev.tidings.control.credential.PublicKeyPem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the public keys of an issuer from a file. */
public final class IssuerKeysFile {
  private IssuerKeysFile() {}

  /**
   * Returns the keys of a JSON Web Key Set.
   *
   * @param option that names the file, for messages
   * @throws dev.tidings.schemas.value.InvalidValueException if there is no such set in the file
   */
  public static IssuerKeySource keySet(String option, Path file) throws IOException {
    return IssuerKeySource.ofKeySet(
        option, file.toString(), read(file, IssuerKeySource.MOST_BYTES));
  }

  /**
   * Returns the only key.
   *
   * @param option that names the file, for messages
   * @throws dev.tidings.schemas.value.InvalidValueException if there is no such key in the file
   */
  public static IssuerKeySource publicKey(String option, Path file) throws IOException {
    return IssuerKeySource.ofPublicKey(
        option,
        file.toString(),
        new String(read(file, PublicKeyPem.MOST_CHARACTERS), StandardCharsets.US_ASCII));
  }

  /** Reads one byte more than is accepted, so that a longer file is refused. */
  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most + 1);
    }
  }
}
