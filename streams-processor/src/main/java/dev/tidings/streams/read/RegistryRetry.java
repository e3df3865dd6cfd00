package dev.tidings.streams.read;

import dev.tidings.schemas.registry.client.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for an unreachable schema registry without a time limit: a record that cannot be read for
 * this reason is not unreadable. Thread-safe; blocks the calling thread.
 */
public final class RegistryRetry {
  private static final Logger log = LoggerFactory.getLogger(RegistryRetry.class);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final int MAX_DOUBLINGS = 5;

  private final Duration pause;
  private final InstantSource clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private volatile Instant nextLine = Instant.EPOCH;

  /**
   * Creates an instance.
   *
   * @param pause before the second attempt; it doubles a few times after that
   */
  public RegistryRetry(Duration pause, InstantSource clock) {
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * The wait was ended because the service stops; the record will be read after a restart, or by
   * the next owner of its partition.
   */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(Throwable cause) {
      super("stopped while waiting for the schema registry", cause);
    }
  }

  /** Returns the result of the call, repeated until the registry can be reached. */
  public <T> T ask(Supplier<T> call) {
    for (int attempt = 0; ; attempt++) {
      try {
        T answer = call.get();
        if (attempt > 0) {
          reason.set(null);
          log.info("the schema registry answers again");
        }
        return answer;
      } catch (RegistryException.Unavailable e) {
        await(attempt, e);
      }
    }
  }

  private void await(int attempt, RegistryException.Unavailable failure) {
    reason.set(failure.getMessage());
    Instant now = clock.instant();
    if (!now.isBefore(nextLine)) {
      nextLine = now.plus(BETWEEN_LINES);
      log.warn("waiting for the schema registry: {}", failure.getMessage());
    }
    long millis = pause.toMillis() << Math.min(attempt, MAX_DOUBLINGS);
    try {
      if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
        throw new StoppedException(failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException(e);
    }
  }

  /** Returns a description of what is being waited for, if anything. */
  public Optional<String> waitingFor() {
    return Optional.ofNullable(reason.get());
  }

  /** Returns whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Ends all waits, present and future. */
  public void stop() {
    stopped.countDown();
  }
}
