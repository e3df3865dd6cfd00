package dev.tidings.infra.cli.doctor;

/**
 * The result of a check.
 *
 * @param what was looked at
 * @param sound whether all is well
 * @param words what was found
 */
public record Check(String what, boolean sound, String words) {
  static Check sound(String what, String words) {
    return new Check(what, true, words);
  }

  static Check failed(String what, String words) {
    return new Check(what, false, words);
  }

  /** Returns the line, for people. */
  @Override
  public String toString() {
    return "%-4s  %-18s %s".formatted(sound ? "ok" : "FAIL", what, words);
  }
}
