package dev.tidings.service.config;

import java.util.function.Function;

/**
 * How a value is written in a file: the two directions, and the words that tell an operator what is
 * accepted. The reader refuses a text with an {@link IllegalArgumentException} or {@link
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

  /** The text is not in the format; the message says what is. */
  static final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String expected, Throwable cause) {
      super(expected, cause);
    }
  }
}
