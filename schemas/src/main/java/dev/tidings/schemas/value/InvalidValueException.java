package dev.tidings.schemas.value;

/**
 * A value from outside that is not what it has to be; the message names it and what was expected.
 */
public final class InvalidValueException extends IllegalArgumentException {
  private static final int SHOWN = 80;

  private final String name;

  public InvalidValueException(String name, String value, String expected) {
    super(name + ": " + shown(value) + " (expected: " + expected + ")");
    this.name = name;
  }

  /** The name of what was wrong, such as {@code apns-id}. */
  public String name() {
    return name;
  }

  /** Values come from strangers: what goes into a log or an answer is short and has no controls. */
  private static String shown(String value) {
    String printable = value.replaceAll("\\p{Cntrl}", "\uFFFD");
    return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
  }
}
