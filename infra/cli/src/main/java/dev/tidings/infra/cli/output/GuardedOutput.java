package dev.tidings.infra.cli.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The standard output. Writers do not tell when it takes nothing any more, so a command would go on
 * for nobody: whoever made this is told at the first time. Thread-safe.
 */
public final class GuardedOutput extends FilterOutputStream {
  /** What a shell says of a program that a closed pipe has ended: 128 and SIGPIPE. */
  private static final int CLOSED = 141;

  private static final int FAILED = 1;

  private final Consumer<GuardedOutput> broken;
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

  /**
   * Guards an output.
   *
   * @param broken is given this once, by the thread that writes
   */
  public GuardedOutput(OutputStream out, Consumer<GuardedOutput> broken) {
    super(out);
    this.broken = broken;
  }

  /** Returns what the command is to end with; empty as long as all is written. */
  public OptionalInt exitCode() {
    IOException why = failure.get();
    if (why == null) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(isClosed(why) ? CLOSED : FAILED);
  }

  /** Returns what is to be said; empty where whoever reads has had enough. */
  public Optional<String> message() {
    return Optional.ofNullable(failure.get())
        .filter(why -> !isClosed(why))
        .map(why -> "the standard output: " + why.getMessage());
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      if (failure.compareAndSet(null, e)) {
        broken.accept(this);
      }
      throw e;
    }
  }

  /** The system's own words, which the launcher has in English. */
  private static boolean isClosed(IOException why) {
    return String.valueOf(why.getMessage()).contains("Broken pipe");
  }
}
