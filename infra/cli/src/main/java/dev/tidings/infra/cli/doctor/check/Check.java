package dev.tidings.infra.cli.doctor.check;

/**
 * The result of a check.
 *
 * @param what was looked at
 * @param state how it is
 * @param words what was found
 * @param fix what to do about it; empty if nothing
 */
public record Check(String what, State state, String words, String fix) {
  /** How something is. */
  public enum State {
    /** As it should be. */
    OK("ok"),
    /** It works, and could be safer or faster. */
    WEAK("weak"),
    /** Something does not work, or notifications can be lost. */
    FAILED("FAIL");

    private final String shown;

    State(String shown) {
      this.shown = shown;
    }

    /** Returns it in a word, for people. */
    public String shown() {
      return shown;
    }
  }

  public static Check sound(String what, String words) {
    return new Check(what, State.OK, words, "");
  }

  public static Check weak(String what, String words, String fix) {
    return new Check(what, State.WEAK, words, fix);
  }

  public static Check failed(String what, String words, String fix) {
    return new Check(what, State.FAILED, words, fix);
  }

  /** Returns whether it is no finding: as it should be, or only weaker. */
  public boolean sound() {
    return state != State.FAILED;
  }

  /** Returns the line, for people. */
  @Override
  public String toString() {
    return "%-4s  %-18s %s%s"
        .formatted(state.shown(), what, words, fix.isEmpty() ? "" : "; fix: " + fix);
  }
}
