package dev.tidings.bench.measure;

/**
 * The part of a run that counts: what was meant to be sent in it, by {@link System#nanoTime}.
 *
 * @param from its first moment
 * @param until the first one behind it
 */
public record Phase(long from, long until) {
  /** Nothing counts. */
  public static final Phase NONE = new Phase(0, 0);

  public boolean contains(long time) {
    return time - from >= 0 && time - until < 0;
  }

  public double seconds() {
    return (until - from) / 1e9;
  }
}
