package dev.tidings.ingest.accept;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts and times accepted notifications, whichever protocol they came in. Thread-safe. */
public final class AcceptLatency {
  private final Timer accepted;

  /** Creates the meter, or finds the one that another protocol has created. */
  public AcceptLatency(MeterRegistry registry) {
    accepted =
        Timer.builder("tidings.ingest.accept.latency")
            .description(
                "Accepted notifications, and how long each took from its headers to the log's"
                    + " acknowledgement.")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15))
            .register(registry);
  }

  /**
   * Records one.
   *
   * @param nanos since it began to be read
   */
  public void record(long nanos) {
    accepted.record(nanos, TimeUnit.NANOSECONDS);
  }
}
