package dev.tidings.infra.demo;

import java.util.regex.Pattern;

/**
 * Text that others wrote, made safe for a terminal: a provider's control characters could move the
 * cursor, change colours or write to the clipboard, and its marks of direction could show other
 * text than it is.
 */
public final class TerminalText {
  /** But for the joiners within emoji and within the words of some languages. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}&&[^\\u200C\\u200D]]");

  private TerminalText() {}

  /** Returns the text with U+FFFD for each character that is not to be printed. */
  static String safe(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("\uFFFD");
  }

  /** Returns the same, of the first characters only. */
  public static String safe(String text, int length) {
    return safe(text.length() <= length ? text : text.substring(0, length) + "…");
  }
}
