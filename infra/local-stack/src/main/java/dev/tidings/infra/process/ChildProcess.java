package dev.tidings.infra.process;

import dev.tidings.infra.aot.AotRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A running child process. Its output goes to its log file; it ends when this process ends in any
 * way.
 *
 * <p>Thread-safe.
 */
public final class ChildProcess {
  private static final long LARGEST_LOG = 16L << 20;
  private static final int TERMINATED = 128 + 15;
  private static final Duration CACHE_PATIENCE = Duration.ofMinutes(2);

  private final ChildCommand command;
  private final Process process;
  private final long logStart;
  private final AotRun aot;
  private final CompletableFuture<Void> settled;
  private volatile boolean paused;

  private ChildProcess(ChildCommand command, Process process, long logStart, AotRun aot) {
    this.command = command;
    this.process = process;
    this.logStart = logStart;
    this.aot = aot;
    this.settled =
        process.onExit().thenAcceptAsync(ended -> aot.ended(isInOrder(ended.exitValue())));
  }

  /**
   * Whether a child ended normally; one that handles SIGTERM may have the exit code of one that
   * does not.
   */
  private static boolean isInOrder(int exitCode) {
    return exitCode == 0 || exitCode == TERMINATED;
  }

  /**
   * Starts a child.
   *
   * @throws UncheckedIOException if there is no such program, or its log cannot be written
   */
  public static ChildProcess start(ChildCommand command) {
    AotRun aot = command.beginRun();
    try {
      long logStart = prepare(command.log());
      var builder =
          new ProcessBuilder(command.line(aot))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
      // Java decodes file names and arguments with it.
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().putAll(command.environment());
      return new ChildProcess(command, builder.start(), logStart, aot);
    } catch (IOException e) {
      aot.ended(false);
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the position at which this run's output will start. A large log is renamed first; only
   * one old log is kept.
   */
  private static long prepare(Path log) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    if (!Files.exists(log)) {
      return 0;
    }
    if (Files.size(log) < LARGEST_LOG) {
      return Files.size(log);
    }
    Files.move(log, aside(log), StandardCopyOption.REPLACE_EXISTING);
    return 0;
  }

  public String name() {
    return command.name();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Copies the log aside and truncates it if it has grown large; output written at that moment may
   * be lost. The child appends, so it continues at the beginning.
   */
  void rotateLog() {
    Path log = command.log();
    try {
      if (Files.exists(log) && Files.size(log) >= LARGEST_LOG) {
        Files.copy(log, aside(log), StandardCopyOption.REPLACE_EXISTING);
        FileChannel.open(log, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    } catch (IOException e) {
      // Probably a full disk: the next check tries again.
    }
  }

  private static Path aside(Path log) {
    return log.resolveSibling(log.getFileName() + ".1");
  }

  /** Returns the file with its output, after that of earlier runs. */
  public Path log() {
    return command.log();
  }

  /** Returns the last lines of this run's output, at most {@code count}. */
  public List<String> lastLines(int count) {
    return output().last(count);
  }

  LogOutput output() {
    return new LogOutput(command.log(), logStart);
  }

  /** Cancels the creation of its AOT cache, so that it ends fast. */
  public void dropCache() {
    aot.cancel();
  }

  /** Returns whether its end will take several seconds longer, because it creates an AOT cache. */
  public boolean isMakingCache() {
    return aot instanceof AotRun.Making;
  }

  /** Waits until it has ended, at most {@code patience}. Returns whether it has. */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns a future that completes with this child when it has ended. */
  public CompletableFuture<ChildProcess> end() {
    return process.onExit().thenApply(ended -> this);
  }

  /** Returns a description of how it ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /**
   * Suspends it (SIGSTOP): its sockets stay open and answer nothing, as those of a machine that
   * hangs or cannot be reached.
   */
  public void pause() {
    signal("STOP");
    paused = true;
  }

  /** Resumes it after {@link #pause}. */
  public void resume() {
    signal("CONT");
    paused = false;
  }

  public boolean isPaused() {
    return paused;
  }

  private void signal(String name) {
    try {
      // The shell's built-in kill is always available.
      int exitCode =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start().waitFor();
      if (exitCode != 0) {
        throw new IllegalStateException(
            "kill -%s %s: exit code %d (expected: 0)".formatted(name, name(), exitCode));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + name(), e);
    }
  }

  /** Ends it at once, as a crash would (SIGKILL), and waits until it has ended. */
  public void kill() {
    process.toHandle().destroyForcibly();
    settled.join();
  }

  /** Asks it to end (SIGTERM) and returns at once. */
  public void requestEnd() {
    // Not Process::destroy, which would also close the tether and so shorten the orderly end.
    process.toHandle().destroy();
    if (paused && isAlive()) {
      resume();
    }
  }

  /**
   * Asks it to end (SIGTERM), and kills it if it has not ended after {@code patience}; a child that
   * creates a cache has more time. Returns its exit code.
   */
  public int terminate(Duration patience) {
    requestEnd();
    try {
      if (!awaitEnd(isMakingCache() ? patience.plus(CACHE_PATIENCE) : patience)) {
        kill();
      }
      settled.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
    return process.exitValue();
  }
}
