package dev.tidings.control.credential;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret that requests to a webhook are signed with: 256 random bits, as Standard Webhooks
 * write them. Unlike the secret of a credential it has to be kept, since it signs.
 */
public final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private WebhookSecret(byte[] key) {
    this.key = key;
  }

  /** Makes one. */
  public static WebhookSecret random() {
    byte[] key = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(key);
    return new WebhookSecret(key);
  }

  /** Returns it as its owner has it. */
  public String reveal() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** Returns the key that is kept. */
  public ByteBuffer key() {
    return ByteBuffer.wrap(key.clone());
  }

  /** Returns nothing of it. */
  @Override
  public String toString() {
    return "WebhookSecret";
  }
}
