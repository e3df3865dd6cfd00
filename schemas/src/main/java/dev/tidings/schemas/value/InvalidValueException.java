package dev.tidings.schemas.value;

import java.util.regex.Pattern;

/** A value from outside is invalid; the message has its name and the expected form. */
public final class InvalidValueException extends IllegalArgumentException {
  private static final int SHOWN = 80;

  // A text with more hexadecimal digits than a UUID may be a device token, or most of one.
  private static final Pattern TOKEN =
      Pattern.compile(
          "((?:[0-9a-fA-F][ <>:\uFFFD-]{0,2}){8})(?:[0-9a-fA-F][ <>:\uFFFD-]{0,2}){25,}");

  private static final int MOST_READ = 512;
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  private final String name;
  private final String value;
  private final String expected;

  public InvalidValueException(String name, String value, String expected) {
    super(name + ": " + shown(value) + " (expected: " + expected + ")");
    this.name = name;
    this.value = shown(value);
    this.expected = expected;
  }

  /** Returns the name of the invalid value, such as {@code apns-id}. */
  public String name() {
    return name;
  }

  /** Returns the value as logs and responses may show it. */
  public String value() {
    return value;
  }

  /** Returns what was expected instead. */
  public String expected() {
    return expected;
  }

  /**
   * Returns the value as logs and responses may show it: short, without control characters, and
   * without a device token that a provider may have put in any field.
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
