package dev.tidings.infra.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The last line of a terminal: says what a command that takes long is doing, and how far it is. It
 * is drawn after two seconds without output, anew several times a second, and erased before
 * anything else is printed. Thread-safe.
 */
final class BusyLine {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int WIDTH = 24;
  private static final String ERASE = "\r\u001b[K";

  private final Writer terminal;
  private final LongSupplier nanoTime;
  private final long began;

  // Guarded by this.
  private String what;
  private int done;
  private int total;
  private long quietSince;
  private boolean hasPrinted;
  private boolean drawn;
  private boolean ended;

  /**
   * Makes one that is not drawn yet.
   *
   * @param what the command
   */
  BusyLine(Writer terminal, LongSupplier nanoTime, String what) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.quietSince = began;
    this.what = what;
  }

  /** What is done now is one of several steps. */
  synchronized void progress(int stepsDone, int steps, String step) {
    done = stepsDone;
    total = steps;
    what = step;
  }

  /** Draws the line if it is time to. */
  synchronized void tick() {
    long now = nanoTime.getAsLong();
    // A command that has begun to print says itself what it does, unless it tells its steps.
    boolean wanted = !ended && (total > 0 || !hasPrinted);
    if (wanted && now - quietSince >= PATIENCE.toNanos()) {
      write(ERASE + text(now - began));
      drawn = true;
    }
  }

  private String text(long nanos) {
    long seconds = Duration.ofNanos(nanos).toSeconds();
    if (total == 0) {
      return String.format(Locale.ROOT, "%s … %d s", what, seconds);
    }
    int full = (int) ((long) WIDTH * Math.min(done, total) / total);
    return String.format(
        Locale.ROOT,
        "[%s%s] %d/%d %s, %d s",
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        done,
        total,
        what,
        seconds);
  }

  /** Something else is about to be printed. */
  synchronized void beforeOutput() {
    hasPrinted = true;
    quietSince = nanoTime.getAsLong();
    erase();
  }

  /** The command has ended. */
  synchronized void end() {
    ended = true;
    erase();
  }

  private void erase() {
    if (drawn) {
      write(ERASE);
      drawn = false;
    }
  }

  private void write(String text) {
    try {
      terminal.write(text);
      terminal.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
