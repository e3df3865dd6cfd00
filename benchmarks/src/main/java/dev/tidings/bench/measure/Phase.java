package dev.tidings.bench.measure;

/**
 * The measured phase of a run: everything that was due in it, by {@link System#nanoTime}.
 *
 * @param from its start
 * @param until its end, exclusive
 */
public record Phase(long from, long until) {
  /** Nothing is measured. */
  public static final Phase NONE = new Phase(0, 0);

  public boolean contains(long time) {
    return time - from >= 0 && time - until < 0;
  }

  public double seconds() {
    return (until - from) / 1e9;
  }
}
