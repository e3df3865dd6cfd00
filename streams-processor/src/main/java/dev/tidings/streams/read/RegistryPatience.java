package dev.tidings.streams.read;

import dev.tidings.schemas.registry.RegistryException;
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
 * Waits for a schema registry that can't be reached, for as long as that takes: a record that can't
 * be read now is not unreadable. Thread-safe; blocks the thread that has to wait.
 */
public final class RegistryPatience {
  private static final Logger log = LoggerFactory.getLogger(RegistryPatience.class);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final int MAX_DOUBLINGS = 5;

  private final Duration pause;
  private final InstantSource clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private volatile Instant nextLine = Instant.EPOCH;

  /**
   * Patience.
   *
   * @param pause before the second attempt; it doubles a few times after that
   */
  public RegistryPatience(Duration pause, InstantSource clock) {
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * Waiting was cut short because the service stops; the record will be read by whoever is next.
   */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(Throwable cause) {
      super("stopped while waiting for the schema registry", cause);
    }
  }

  /** What the call returns, once the registry can be reached. */
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

  /** What is being waited for, if anything is. */
  public Optional<String> waitingFor() {
    return Optional.ofNullable(reason.get());
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Cuts short whoever is waiting. */
  public void stop() {
    stopped.countDown();
  }
}
