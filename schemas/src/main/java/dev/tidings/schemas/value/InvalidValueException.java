package dev.tidings.schemas.value;

import java.util.regex.Pattern;

/**
 * A value from outside that is not what it has to be; the message names it and what was expected.
 */
public final class InvalidValueException extends IllegalArgumentException {
  private static final int SHOWN = 80;

  // More hexadecimal digits than a UUID has are a device token, or most of one, as people write it.
  private static final Pattern TOKEN =
      Pattern.compile(
          "((?:[0-9a-fA-F][ <>:\uFFFD-]{0,2}){8})(?:[0-9a-fA-F][ <>:\uFFFD-]{0,2}){25,}");

  private static final int MOST_READ = 512;
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private final String name;

  public InvalidValueException(String name, String value, String expected) {
    super(name + ": " + shown(value) + " (expected: " + expected + ")");
    this.name = name;
  }

  /** The name of what was wrong, such as {@code apns-id}. */
  public String name() {
    return name;
  }

  /**
   * Values come from strangers: what goes into a log or an answer is short, has no controls and no
   * device token, wherever a provider may have put one.
   */
  private static String shown(String value) {
    boolean cut = value.length() > MOST_READ;
    String printable =
        UNPRINTABLE.matcher(cut ? value.substring(0, MOST_READ) : value).replaceAll("\uFFFD");
    String harmless = TOKEN.matcher(printable).replaceAll("$1…");
    return !cut && harmless.length() <= SHOWN
        ? harmless
        : harmless.substring(0, Math.min(SHOWN, harmless.length())) + "…";
  }
}
