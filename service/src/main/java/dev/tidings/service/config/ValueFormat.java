package dev.tidings.service.config;

import java.util.function.Function;

/**
 * The text form of a value: reading, writing, and a description of the accepted values for an
 * operator. The reader refuses a text with an {@link IllegalArgumentException} or {@link
 * ArithmeticException}; their messages are not shown, {@code expected} is.
 */
record ValueFormat<T>(String expected, Function<String, T> reader, Function<T, String> writer) {

  T read(String text) throws BadValue {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadValue(expected, e);
    }
  }

  String write(T value) {
    return writer.apply(value);
  }

  /** The text is not in the format; the message describes the format. */
  static final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String expected, Throwable cause) {
      super(expected, cause);
    }
  }
}
