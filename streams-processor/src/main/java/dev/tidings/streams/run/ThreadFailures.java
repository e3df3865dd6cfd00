package dev.tidings.streams.run;

import dev.tidings.streams.read.RegistryPatience;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when a stream thread dies. An exception costs the thread, and another takes
 * its place after a pause that grows while that keeps happening; an error, such as memory running
 * out, costs the process, which is better started afresh. Thread-safe.
 */
public final class ThreadFailures implements StreamsUncaughtExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ThreadFailures.class);
  private static final Duration CALM = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  private final Consumer<Throwable> giveUp;
  private final Duration pause;
  private final InstantSource clock;
  private int recent;
  private Instant last = Instant.EPOCH;

  /**
   * Failures.
   *
   * @param giveUp is told what the process can't go on after
   * @param pause before the first replacement; doubles with each that soon follows
   */
  public ThreadFailures(Consumer<Throwable> giveUp, Duration pause, InstantSource clock) {
    this.giveUp = giveUp;
    this.pause = pause;
    this.clock = clock;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (causedBy(failure, RegistryPatience.StoppedException.class)) {
      log.info("a stream thread stopped while it waited for the schema registry");
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (causedBy(failure, Error.class)) {
      log.error("a stream thread can't go on, nor can the process", failure);
      giveUp.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Duration wait = nextPause();
    log.error("a stream thread died, another follows in {} ms", wait.toMillis(), failure);
    try {
      // In the dying thread: while it waits here its tasks are not taken up again.
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private synchronized Duration nextPause() {
    Instant now = clock.instant();
    recent = now.isAfter(last.plus(CALM)) ? 0 : Math.min(recent + 1, MAX_DOUBLINGS);
    last = now;
    return pause.multipliedBy(1L << recent);
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
