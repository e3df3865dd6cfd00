package dev.tidings.bench.measure;

/**
 * Processor time, in microseconds.
 *
 * @param micros all of it, in user and in kernel mode
 * @param compiling how much of it the JIT compiler took, which ends some minutes after a start
 */
public record Cpu(double micros, double compiling) {
  public static final Cpu NONE = new Cpu(0, 0);

  /** What came since {@code before}. */
  public Cpu since(Cpu before) {
    return new Cpu(micros - before.micros, compiling - before.compiling);
  }

  /** For each of so many. */
  public Cpu each(double count) {
    return new Cpu(micros / count, compiling / count);
  }
}
