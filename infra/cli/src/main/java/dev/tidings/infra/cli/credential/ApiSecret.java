package dev.tidings.infra.cli.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret of an API key: its id, and 256 random bits. Shown once; only its hash is kept. */
public final class ApiSecret {
  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String text;

  private ApiSecret(String text) {
    this.text = text;
  }

  /** Makes the secret of a new key. */
  public static ApiSecret create(String id) {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    return new ApiSecret(
        "tid_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
  }

  /** Returns the secret as its owner sends it. */
  public String reveal() {
    return text;
  }

  /** Returns its SHA-256. */
  public ByteBuffer hash() {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Returns nothing of it. */
  @Override
  public String toString() {
    return "ApiSecret";
  }
}
