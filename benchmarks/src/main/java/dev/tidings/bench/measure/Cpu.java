package dev.tidings.bench.measure;

/**
 * Processor time, in microseconds.
 *
 * @param micros all of it, in user and in kernel mode
 * @param compiling the part used by the JIT compiler, which ends some minutes after a start
 */
public record Cpu(double micros, double compiling) {
  public static final Cpu NONE = new Cpu(0, 0);

  /** Returns what was used since {@code before}. */
  public Cpu since(Cpu before) {
    return new Cpu(micros - before.micros, compiling - before.compiling);
  }

  /** Divides it by a number. */
  public Cpu each(double count) {
    return new Cpu(micros / count, compiling / count);
  }
}
