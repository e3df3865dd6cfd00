package dev.tidings.schemas.value;

/**
 * A topic of an app, which devices join, and to which providers send broadcasts.
 *
 * @param value 1 to 100 ASCII letters, digits and {@code . - _ ~ % :}
 */
public record BroadcastTopic(String value) {
  public static final int MAX_LENGTH = 100;

  /** Separates a kind of reserved topics from its names. */
  private static final char RESERVED = ':';

  private static final String OTHERS = ".-_~%:";

  public BroadcastTopic {
    if (!isValid(value)) {
      throw new InvalidValueException(
          "topic", value, "1 to " + MAX_LENGTH + " ASCII letters, digits and any of " + OTHERS);
    }
  }

  private static boolean isValid(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_LENGTH
        && value.chars().allMatch(BroadcastTopic::isAllowed);
  }

  /** Returns whether a name may contain the character. */
  static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || OTHERS.indexOf(c) >= 0;
  }

  /**
   * Returns whether the name is reserved: one with a colon is of a kind such as {@code user:}, of
   * which Tidings decides who is in it, and no device may join it by its name.
   */
  public boolean isReserved() {
    return value.indexOf(RESERVED) >= 0;
  }

  @Override
  public String toString() {
    return value;
  }
}
