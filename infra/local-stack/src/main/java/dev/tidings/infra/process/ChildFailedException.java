package dev.tidings.infra.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A child process that failed to start. The message is for people; the exception has the end of the
 * child's log.
 */
public final class ChildFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LINES_SHOWN = 25;

  /** A program may say a lot about its end. */
  private static final int LINES_READ = 400;

  private final transient Path log;
  private final List<String> lastLines;
  private final boolean aboutTakenPort;

  private ChildFailedException(String message, ChildProcess child) {
    this(
        message,
        child.log(),
        LogReading.ofTheProgram(child.lastLines(LINES_SHOWN)),
        LogReading.sayThatAPortIsTaken(child.lastLines(LINES_READ)));
  }

  private ChildFailedException(
      String message, Path log, List<String> lastLines, boolean aboutTakenPort) {
    // The log may be deleted before the exception is read.
    super(LogReading.reason(lastLines).map(why -> message + ": " + why).orElse(message));
    this.log = log;
    this.lastLines = lastLines;
    this.aboutTakenPort = aboutTakenPort;
  }

  /** Returns the failure of a child that ended before it was ready. */
  public static ChildFailedException ended(ChildProcess child) {
    return new ChildFailedException(
        "%s ended with exit code %d before it was ready".formatted(child.name(), child.exitCode()),
        child);
  }

  /** Returns the failure of a child that runs but is not ready in time. */
  public static ChildFailedException notReady(ChildProcess child, Duration patience) {
    return new ChildFailedException(
        "%s was not ready after %d s".formatted(child.name(), patience.toSeconds()), child);
  }

  /** Whether it could not listen, since another process did. */
  public boolean isAboutTakenPort() {
    return aboutTakenPort;
  }

  public Path log() {
    return log;
  }

  /** Returns the end of its log. */
  public List<String> lastLines() {
    return lastLines;
  }
}
