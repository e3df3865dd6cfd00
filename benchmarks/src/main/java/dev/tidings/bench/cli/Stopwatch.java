package dev.tidings.bench.cli;

import dev.tidings.infra.stack.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints progress, with the time of each step. */
final class Stopwatch implements Progress {
  private final PrintWriter out;
  private final long start = System.nanoTime();

  Stopwatch(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void step(String what) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
    out.flush();
  }
}
