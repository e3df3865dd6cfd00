package dev.tidings.service.kafka;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the host's clock was changed. Kafka's clients depend on it: after a change backwards
 * they do nothing until the clock has caught up, and brokers consider them dead meanwhile; after a
 * change forwards their timeouts expire at once. If catching up takes longer than a minute, the
 * process has to end: the clients of another one start with the new time.
 */
final class ClockWatch implements HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

  /** Smaller changes are corrections that do no harm. */
  private static final Duration JUMP = Duration.ofSeconds(2);

  /** Restarting the process takes less than this. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Consumer<Throwable> fatal;
  private final Counter jumps;
  private Instant before;
  private long beforeNanos;

  /** When the clock will again show the time it had before it was set back. */
  private volatile Instant caughtUp = Instant.MIN;

  /**
   * @param fatal called if the clock was set back too far to wait: the process has to end
   */
  ClockWatch(
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<Throwable> fatal,
      MeterRegistry metrics) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.fatal = fatal;
    this.before = clock.instant();
    this.beforeNanos = nanoTime.getAsLong();
    this.jumps =
        Counter.builder("tidings.clock.jumps")
            .description("How often the host's clock was set, by 2 s or more.")
            .register(metrics);
  }

  /** Reads the clock and records a jump; to be called from one thread only. */
  void look() {
    Instant now = clock.instant();
    long nanos = nanoTime.getAsLong();
    Instant expected = before.plusNanos(nanos - beforeNanos);
    Duration jump = Duration.between(expected, now);
    before = now;
    beforeNanos = nanos;
    if (jump.abs().compareTo(JUMP) < 0) {
      return;
    }
    jumps.increment();
    if (jump.isNegative()) {
      setBack(jump.abs(), expected, now);
    } else {
      log.error(
          "the clock was set forward by {} s: what ends within that time expires now",
          jump.toSeconds());
    }
  }

  private void setBack(Duration by, Instant from, Instant now) {
    if (from.isAfter(caughtUp)) {
      caughtUp = from;
    }
    String what =
        "the clock was set back by %d s: Kafka's clients stand still until %s"
            .formatted(by.toSeconds(), caughtUp.truncatedTo(ChronoUnit.SECONDS));
    if (Duration.between(now, caughtUp).compareTo(LONGEST) > 0) {
      fatal.accept(new IllegalStateException(what + ", and this process ends to be started anew"));
    } else {
      log.error(what);
    }
  }

  @Override
  public Health check() {
    return clock.instant().isBefore(caughtUp)
        ? Health.unhealthy(
            "the clock was set back: Kafka's clients stand still until "
                + caughtUp.truncatedTo(ChronoUnit.SECONDS))
        : Health.healthy();
  }
}
