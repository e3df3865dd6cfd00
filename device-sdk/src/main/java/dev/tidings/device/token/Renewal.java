package dev.tidings.device.token;

import dev.tidings.device.thread.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a new token for the open connection before its own expires: when 70 to 90 % of the time that
 * was left have passed, at random, because the tokens of many devices may expire together. A token
 * that does not say when it expires, or has expired by this device's clock, is not renewed: its
 * connection is ended by the server, and the next one has a new token. Thread-safe.
 */
public final class Renewal {
  private static final Logger log = LoggerFactory.getLogger(Renewal.class);

  private static final double EARLIEST = 0.7;
  private static final double SPREAD = 0.2;
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final Tokens tokens;
  private final IntFunction<Duration> backoff;
  private final DoubleSupplier random;
  private final Clock clock;

  // Guarded by the lock.
  private @Nullable Connection present;

  /**
   * @param backoff how long to wait after so many failures
   */
  public Renewal(Tokens tokens, IntFunction<Duration> backoff, DoubleSupplier random, Clock clock) {
    this.tokens = tokens;
    this.backoff = backoff;
    this.random = random;
    this.clock = clock;
  }

  /**
   * A connection is open, by the latest token.
   *
   * @param reauthenticate sends the then latest token over it
   */
  public synchronized void connected(
      String token, Supplier<CompletableFuture<Void>> reauthenticate) {
    disconnected();
    Connection opened = new Connection(reauthenticate);
    present = opened;
    opened.renewBefore(JwtExpiry.of(token));
  }

  /** There is no connection, or none whose token could be renewed. */
  public synchronized void disconnected() {
    Connection before = present;
    present = null;
    if (before != null) {
      before.timer.cancel(false);
    }
  }

  private final class Connection {
    private final Supplier<CompletableFuture<Void>> reauthenticate;
    private CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    private int failures;

    Connection(Supplier<CompletableFuture<Void>> reauthenticate) {
      this.reauthenticate = reauthenticate;
    }

    // Android 8 has no toSeconds.
    @SuppressWarnings("JavaDurationGetSecondsToToSeconds")
    void renewBefore(Optional<Instant> end) {
      Duration left =
          end.map(instant -> Duration.between(clock.instant(), instant)).orElse(Duration.ZERO);
      if (left.isNegative() || left.isZero()) {
        log.debug("token: not renewed, end {}", end);
        return;
      }
      double share = EARLIEST + SPREAD * random.getAsDouble();
      Duration wait = Duration.ofSeconds((long) (left.getSeconds() * share));
      after(wait.compareTo(LEAST) < 0 ? LEAST : wait);
    }

    /** Renews after that time, unless the connection has ended. */
    private void after(Duration wait) {
      synchronized (Renewal.this) {
        if (present == this) {
          timer = new CompletableFuture<>();
          var _ = Timers.completeAfter(timer, wait).thenRun(this::renew);
        }
      }
    }

    private void renew() {
      tokens
          .next()
          .whenComplete((token, failure) -> {
            if (failure != null) {
              again("no new token", failure);
            } else if (isPresent()) {
              send(token);
            }
          });
    }

    private void send(String token) {
      reauthenticate
          .get()
          .whenComplete((done, failure) -> {
            if (failure == null) {
              failures = 0;
              renewBefore(JwtExpiry.of(token));
            } else {
              // Mostly because the connection has ended, and then this one is not the present one.
              again("token not renewed", failure);
            }
          });
    }

    private void again(String what, Throwable failure) {
      Duration wait = backoff.apply(failures++);
      log.debug("{}, again in {}: {}", what, wait, failure.toString());
      after(wait.compareTo(LEAST) < 0 ? LEAST : wait);
    }

    private boolean isPresent() {
      synchronized (Renewal.this) {
        return present == this;
      }
    }
  }
}
