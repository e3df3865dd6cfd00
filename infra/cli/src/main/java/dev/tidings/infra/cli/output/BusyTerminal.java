package dev.tidings.infra.cli.output;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** The standard error of a command on a terminal, with a last line that says how far it is. */
public final class BusyTerminal extends PrintWriter {
  private static final Duration DRAWN_EVERY = Duration.ofMillis(250);

  private final BusyLine line;
  private final Thread drawing;

  /**
   * Makes one.
   *
   * @param err the terminal
   * @param command what the line says until the command tells its steps
   */
  public BusyTerminal(Writer err, LongSupplier nanoTime, String command) {
    this(err, new BusyLine(err, nanoTime, command));
  }

  private BusyTerminal(Writer err, BusyLine line) {
    super(new Erasing(err, line), true);
    this.line = line;
    this.drawing = Thread.ofPlatform().daemon().name("busy line").unstarted(this::draw);
  }

  /** Begins to draw the line. */
  public BusyTerminal start() {
    drawing.start();
    return this;
  }

  private void draw() {
    while (!Thread.interrupted()) {
      line.tick();
      LockSupport.parkNanos(DRAWN_EVERY.toNanos());
    }
  }

  /** Returns a writer to the same terminal for the standard output: the line is erased for it. */
  public PrintWriter out(Writer out) {
    return new PrintWriter(new Erasing(out, line), true);
  }

  /**
   * Tells how far a command is, if somebody can see it.
   *
   * @param err the command's standard error
   */
  public static void progress(PrintWriter err, int done, int total, String step) {
    if (err instanceof BusyTerminal terminal) {
      terminal.line.progress(done, total, step);
    }
  }

  /** The command has ended: the line is erased, and not drawn any more. */
  public void end() {
    drawing.interrupt();
    line.end();
  }

  /** Erases the line before each output. */
  private static final class Erasing extends FilterWriter {
    private final BusyLine line;

    Erasing(Writer out, BusyLine line) {
      super(out);
      this.line = line;
    }

    @Override
    public void write(int c) throws IOException {
      line.beforeOutput();
      out.write(c);
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      line.beforeOutput();
      out.write(text, from, length);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      line.beforeOutput();
      out.write(text, from, length);
    }
  }
}
