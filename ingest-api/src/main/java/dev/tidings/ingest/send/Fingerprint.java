package dev.tidings.ingest.send;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes by what a request is recognised when it comes again. */
final class Fingerprint {
  private static final HexFormat HEX = HexFormat.of();
  private static final int BYTES = 16;

  private Fingerprint() {}

  /** Returns that of a payload and the values of other members. */
  static String of(byte[] payload, String... values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join("\0", values).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(payload);
      return HEX.formatHex(digest.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
