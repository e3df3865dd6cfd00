package dev.tidings.schemas.value;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A device token: the address of one app on one device.
 *
 * @param hex 64 lower-case hexadecimal characters
 */
public record Token(String hex) {
  public static final int BYTES = 32;
  private static final int LENGTH = 2 * BYTES;

  public Token {
    if (!isWellFormed(hex)) {
      throw new InvalidValueException("token", hex, "64 lower-case hexadecimal characters");
    }
  }

  public static Token of(byte[] bytes) {
    return new Token(HexFormat.of().formatHex(bytes));
  }

  /** The 32 bytes the characters stand for. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The token as the key of a record in the log. */
  public byte[] key() {
    return hex.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isWellFormed(String hex) {
    if (hex.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** A token lets anyone who holds it send to the device, so logs get a short form. */
  @Override
  public String toString() {
    return hex.substring(0, 8) + "…";
  }
}
