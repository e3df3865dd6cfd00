package dev.tidings.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A secret of which only a hash is known: a prefix, an id, an underscore and random characters.
 *
 * @param text all of it, as it was sent
 */
public record HashedSecret(String id, String text) {
  private static final char SEPARATOR = '_';
  private static final int MAX_LENGTH = 256;

  /** What an unknown one is compared with, so that it takes as long as a known one. */
  private static final byte[] NO_HASH = new byte[32];

  /** Reads one; empty if it is of another form. */
  public static Optional<HashedSecret> read(String prefix, String text) {
    int end = text.indexOf(SEPARATOR, prefix.length());
    return end < 0 || text.length() > MAX_LENGTH || !text.startsWith(prefix)
        ? Optional.empty()
        : Optional.of(new HashedSecret(text.substring(prefix.length(), end), text));
  }

  /**
   * Returns whether it is the one with this SHA-256. Takes as long whether it is or not.
   *
   * @param known empty if there is none with its id
   */
  public boolean matches(Optional<ByteBuffer> known) {
    return MessageDigest.isEqual(known.map(HashedSecret::bytes).orElse(NO_HASH), hash());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns nothing of the secret. */
  @Override
  public String toString() {
    return "HashedSecret";
  }
}
