package dev.tidings.ingest.webhook;

import dev.tidings.schemas.avro.Webhook;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs a request as Standard Webhooks has it: the HMAC-SHA256 of its id, its time and its body,
 * with each of the secrets that are in use.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /** Returns the keys that a request at this time is signed with, the newest first. */
  static List<byte[]> keys(Webhook webhook, Instant at) {
    List<byte[]> keys = new ArrayList<>();
    keys.add(bytes(webhook.getSecret()));
    @Nullable ByteBuffer previous = webhook.getPreviousSecret();
    @Nullable Instant until = webhook.getPreviousUntil();
    if (previous != null && until != null && at.isBefore(until)) {
      keys.add(bytes(previous));
    }
    return keys;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /**
   * Returns the value of {@code webhook-signature}.
   *
   * @param timestamp in seconds, as the request says it
   */
  static String of(String id, long timestamp, byte[] body, List<byte[]> keys) {
    return keys.stream()
        .map(key -> "v1," + Base64.getEncoder().encodeToString(mac(id, timestamp, body, key)))
        .collect(Collectors.joining(" "));
  }

  private static byte[] mac(String id, long timestamp, byte[] body, byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JVM has HMAC-SHA256", e);
    }
  }
}
