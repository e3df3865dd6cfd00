package dev.tidings.infra.cli.stack;

import dev.tidings.infra.stack.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints progress on standard error, each step with the seconds since the start. */
public final class ProgressPrinter implements Progress {
  private final PrintWriter err;
  private final long start = System.nanoTime();

  public ProgressPrinter(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void step(String what) {
    double seconds = (System.nanoTime() - start) / 1e9;
    err.println(String.format(Locale.ROOT, "[%5.1fs] %s", seconds, what));
  }
}
