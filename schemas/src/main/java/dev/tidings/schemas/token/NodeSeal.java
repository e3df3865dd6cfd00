package dev.tidings.schemas.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Seals messages between our own processes on ports that other hosts can reach too. A process that
 * has the token keys is trusted. Thread-safe.
 */
public final class NodeSeal {
  /** Longer than the signed part of a token, so that neither signature can be used as the other. */
  private static final String PURPOSE = "tidings, from node to node: ";

  private static final HexFormat HEX = HexFormat.of();

  private final TokenKeys keys;

  public NodeSeal(TokenKeys keys) {
    this.keys = keys;
  }

  /** Returns the seal of a text. */
  public String of(String text) {
    return HEX.formatHex(sign(keys.active(), text));
  }

  /** Returns whether it is the seal of the text, under any of the keys. */
  public boolean isOf(String text, String seal) {
    byte[] found = seal.getBytes(StandardCharsets.UTF_8);
    boolean matches = false;
    for (TokenKey key : keys.all()) {
      byte[] expected = HEX.formatHex(sign(key, text)).getBytes(StandardCharsets.US_ASCII);
      matches |= MessageDigest.isEqual(expected, found);
    }
    return matches;
  }

  private static byte[] sign(TokenKey key, String text) {
    byte[] bytes = (PURPOSE + text).getBytes(StandardCharsets.UTF_8);
    return key.sign(bytes, bytes.length);
  }
}
