package dev.tidings.service.config;

/** The one form in which everything that is wrong with a value is said. */
final class Problems {

  static String line(String name, String value, String expected) {
    return name + ": " + (value.isEmpty() ? "\"\"" : value) + " (expected: " + expected + ")";
  }

  private Problems() {}
}
