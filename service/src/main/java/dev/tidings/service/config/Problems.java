package dev.tidings.service.config;

/** Formats the message about an invalid value, the same for all of them. */
final class Problems {

  static String line(String name, String value, String expected) {
    return name + ": " + (value.isEmpty() ? "\"\"" : value) + " (expected: " + expected + ")";
  }

  private Problems() {}
}
