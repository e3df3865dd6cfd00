package dev.tidings.ingest.send;

import dev.tidings.schemas.value.InvalidValueException;

/**
 * An error in one member of a request.
 *
 * @param field its name; a dot leads to a member of a member
 * @param value what it is, as answers may show it
 * @param expected what it should be
 */
public record FieldError(String field, String value, String expected) {
  private static final String MISSING = "missing";

  /** The text of a member is not what it should be; it is shortened, and shows no token. */
  public static FieldError of(String field, String text, String expected) {
    return of(field, new InvalidValueException(field, text, expected));
  }

  /** A member cannot be read as the value that it is. */
  static FieldError of(String field, InvalidValueException why) {
    return new FieldError(field, why.value(), why.expected());
  }

  /** A member of this name is there twice in one object. */
  static FieldError twice(String name) {
    // As any text from outside.
    return new FieldError(of("", name, "").value(), "twice", "once in an object");
  }

  /** A member is missing. */
  static FieldError missing(String field, String expected) {
    return new FieldError(field, MISSING, expected);
  }

  @Override
  public String toString() {
    return field + ": " + value + " (expected: " + expected + ")";
  }
}
