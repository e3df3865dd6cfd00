package dev.tidings.service.kafka;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what to do when a stream thread dies. After an exception the thread is replaced, after a
 * pause that grows while threads keep dying. The process ends after failures that a new thread
 * cannot repair: an {@link Error}, a group instance id that another process uses too, a damaged
 * table. Thread-safe.
 */
public final class StreamThreadRestarts implements StreamsUncaughtExceptionHandler, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(StreamThreadRestarts.class);
  private static final Duration CALM = Duration.ofMinutes(1);

  /** The application counts as recovered if no thread died for this long. */
  private static final Duration RECOVERED = Duration.ofSeconds(30);

  private static final int MAX_DOUBLINGS = 6;

  private final Consumer<Throwable> giveUp;
  private final Function<Throwable, Optional<String>> damage;
  private final Class<? extends Throwable> stopped;
  private final Duration pause;
  private final LongSupplier nanoTime;
  private final Counter deaths;

  private int inARow;
  private long first;
  private long last;
  private String reason = "";

  /** Never thrown: a placeholder for applications whose threads do not wait. */
  private static final class NeverThrown extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Failures of an application whose threads are never asked to stop while they wait. */
  public StreamThreadRestarts(
      Consumer<Throwable> giveUp,
      Function<Throwable, Optional<String>> damage,
      Duration pause,
      LongSupplier nanoTime,
      MeterRegistry metrics) {
    this(giveUp, damage, NeverThrown.class, pause, nanoTime, metrics);
  }

  /**
   * Failures of one application.
   *
   * @param giveUp receives a failure after which the process cannot continue
   * @param damage returns a description of the damage that caused a failure, if there is any
   * @param stopped the exception of a thread that was asked to stop while it waited
   * @param pause before the first replacement; doubles with each that soon follows
   */
  public StreamThreadRestarts(
      Consumer<Throwable> giveUp,
      Function<Throwable, Optional<String>> damage,
      Class<? extends Throwable> stopped,
      Duration pause,
      LongSupplier nanoTime,
      MeterRegistry metrics) {
    this.giveUp = giveUp;
    this.damage = damage;
    this.stopped = stopped;
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.deaths =
        Counter.builder("tidings.stream.thread.failures")
            .description("Stream threads that died of an exception; another takes its place.")
            .register(metrics);
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (cause(failure, stopped).isPresent()) {
      log.info("{}: stopped while it waited", thread());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    deaths.increment();
    if (cause(failure, Error.class).isPresent()) {
      log.error("{}: it can't go on, and the process ends", thread(), failure);
      return end(failure);
    }
    if (cause(failure, FencedInstanceIdException.class).isPresent()) {
      String why =
          "group.instance.id: another process has the same (expected: one of its own for each"
              + " process)";
      log.error(why);
      return end(new IllegalStateException(why, failure));
    }
    Optional<String> damaged = damage.apply(failure);
    if (damaged.isPresent()) {
      log.error(damaged.get(), failure);
      return end(new IllegalStateException(damaged.get(), failure));
    }
    Duration wait = died(failure);
    log.error("{}: it died, another takes over in {} ms", thread(), wait.toMillis(), failure);
    try {
      // Runs in the dying thread: while it waits here, its tasks are not reassigned.
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Kafka Streams calls this class in the thread that dies. */
  private static String thread() {
    return "stream thread " + Thread.currentThread().getName();
  }

  private StreamThreadExceptionResponse end(Throwable why) {
    giveUp.accept(why);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private synchronized Duration died(Throwable failure) {
    long now = nanoTime.getAsLong();
    if (inARow == 0 || now - last > CALM.toNanos()) {
      inARow = 0;
      first = now;
    }
    inARow++;
    last = now;
    reason = rootOf(failure).toString();
    return pause.multipliedBy(1L << Math.min(inARow - 1, MAX_DOUBLINGS));
  }

  /** Unhealthy while threads die repeatedly; a single death is only a pause. */
  @Override
  public synchronized Health check() {
    long now = nanoTime.getAsLong();
    if (inARow < 2 || now - last > RECOVERED.toNanos()) {
      return Health.healthy();
    }
    return Health.unhealthy(
        "stream threads die: %d in %d s, the last of %s"
            .formatted(inARow, Duration.ofNanos(now - first).toSeconds(), reason));
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Optional<Throwable> cause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(cause);
      }
    }
    return Optional.empty();
  }
}
