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
  private static final int MAX_WRITTEN = 512;

  /** A bit for each lower-case hexadecimal digit, from {@code '0'} on. */
  private static final long DIGITS = 0x3FFL | 0x3FL << ('a' - '0');

  private static final int SHOWN = 8;

  public Token {
    if (!isWellFormed(hex)) {
      throw invalid(hex);
    }
  }

  /**
   * Parses a token as providers write it: in upper or lower case, and with the characters that
   * printed tokens have around and between the digits, such as {@code <0123abcd …>} or a line end.
   */
  public static Token parse(String text) {
    if (text.length() == LENGTH && !hasUpperCase(text)) {
      // Nothing of it can be left out; the constructor looks whether all are digits.
      return new Token(text);
    }
    String digits = text.length() > MAX_WRITTEN ? "" : digits(text);
    if (!isWellFormed(digits)) {
      throw invalid(text);
    }
    return new Token(digits);
  }

  /** Reads a token from the key of a record, as {@link #parse} does. */
  public static Token ofKey(byte[] key) {
    if (key.length > MAX_WRITTEN) {
      throw invalid(new String(key, 0, MAX_WRITTEN, StandardCharsets.ISO_8859_1));
    }
    return parse(new String(key, StandardCharsets.UTF_8));
  }

  public static Token of(byte[] bytes) {
    return new Token(HexFormat.of().formatHex(bytes));
  }

  /** Returns the 32 bytes that the characters represent. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** Returns the token as the key of a record in the log. */
  public byte[] key() {
    return hex.getBytes(StandardCharsets.US_ASCII);
  }

  private static String digits(String text) {
    StringBuilder digits = new StringBuilder(LENGTH);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        digits.append((char) (c - 'A' + 'a'));
      } else if (!isDecoration(c)) {
        digits.append(c);
      }
    }
    return digits.toString();
  }

  private static boolean isDecoration(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '<' || c == '>' || c == ':' || c == '-';
  }

  private static InvalidValueException invalid(String text) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return new InvalidValueException(
        "token", shown + " of " + text.length() + " characters", LENGTH + " hexadecimal digits");
  }

  /**
   * Whether a character is a lower-case hexadecimal digit. Every record's ids and tokens are looked
   * at more than once on its way: one shift in place of four comparisons.
   */
  static boolean isDigit(char c) {
    int place = c - '0';
    return place >>> 6 == 0 && (DIGITS >>> place & 1) != 0;
  }

  /** Whether a text has upper-case letters, of those that digits may be. */
  static boolean hasUpperCase(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return true;
      }
    }
    return false;
  }

  private static boolean isWellFormed(String hex) {
    if (hex.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      if (!isDigit(hex.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns a short form for logs, because a token allows its holder to send to the device. */
  @Override
  public String toString() {
    return hex.substring(0, 8) + "…";
  }
}
