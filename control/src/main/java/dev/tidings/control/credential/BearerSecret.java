package dev.tidings.control.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A secret that is sent as it is: an id, and 256 random bits. Shown once; its hash is kept. */
public final class BearerSecret {
  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final Pattern TEXT = Pattern.compile("(tid|tad)_([A-Z0-9]{10})_[A-Za-z0-9_-]{43}");

  private final String id;
  private final String text;

  private BearerSecret(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** Reads one that was shown; empty if it is of another form. */
  public static Optional<BearerSecret> read(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(new BearerSecret(matcher.group(2), text))
        : Optional.empty();
  }

  /** Makes the secret of a new API key. */
  public static BearerSecret ofApiKey(String id) {
    return create("tid_", id);
  }

  /** Makes the secret of a new administrator. */
  public static BearerSecret ofAdministrator(String id) {
    return create("tad_", id);
  }

  private static BearerSecret create(String prefix, String id) {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    return new BearerSecret(
        id, prefix + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
  }

  /** Returns the id of its entry, which is no secret. */
  public String id() {
    return id;
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
    return "BearerSecret";
  }
}
