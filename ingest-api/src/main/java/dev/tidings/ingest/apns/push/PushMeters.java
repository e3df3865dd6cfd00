package dev.tidings.ingest.apns.push;

import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts the outcomes of requests. */
public final class PushMeters {
  private final Timer accepted;
  private final Map<RejectionReason, Counter> refused = new EnumMap<>(RejectionReason.class);

  public PushMeters(MeterRegistry registry) {
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
    for (RejectionReason reason : RejectionReason.values()) {
      refused.put(
          reason,
          Counter.builder("tidings.ingest.refused")
              .description("Requests that were answered with anything but 200, by their reason.")
              .tag("reason", reason.text())
              .register(registry));
    }
  }

  void count(Outcome outcome, long nanos) {
    switch (outcome) {
      case Outcome.Accepted a -> accepted.record(nanos, TimeUnit.NANOSECONDS);
      case Outcome.Rejected rejected -> count(rejected.reason());
      case Outcome.Overloaded overloaded -> count(overloaded.reason());
    }
  }

  private void count(RejectionReason reason) {
    Counter counter = refused.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
