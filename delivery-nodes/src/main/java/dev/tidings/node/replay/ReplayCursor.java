package dev.tidings.node.replay;

import java.util.Optional;

/**
 * A position in the log of a device, as devices keep it: the sequence of the record that is read
 * next, in hexadecimal behind a {@code c}.
 */
public final class ReplayCursor {
  private static final String MARK = "c";
  private static final int MAX_DIGITS = 15;

  private ReplayCursor() {}

  /** Returns the text of a position. */
  public static String of(long sequence) {
    return MARK + Long.toHexString(sequence);
  }

  /** Parses the text of a position; empty if it is something else. */
  public static Optional<Long> parse(String text) {
    int digits = text.length() - MARK.length();
    if (!text.startsWith(MARK) || digits < 1 || digits > MAX_DIGITS + 1) {
      return Optional.empty();
    }
    long sequence = 0;
    for (int i = MARK.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c >= 'A' && c <= 'F' ? -1 : Character.digit(c, 16);
      if (digit < 0 || c > 'f') {
        return Optional.empty();
      }
      sequence = (sequence << 4) | digit;
    }
    return sequence < 0 ? Optional.empty() : Optional.of(sequence);
  }
}
