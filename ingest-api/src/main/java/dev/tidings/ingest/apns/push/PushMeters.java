package dev.tidings.ingest.apns.push;

import dev.tidings.ingest.accept.AcceptLatency;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** Counts the outcomes of requests. */
public final class PushMeters {
  private final AcceptLatency accepted;
  private final Map<RejectionReason, Counter> refused = new EnumMap<>(RejectionReason.class);

  public PushMeters(MeterRegistry registry) {
    accepted = new AcceptLatency(registry);
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
      case Outcome.Accepted a -> accepted.record(nanos);
      case Outcome.Rejected rejected -> count(rejected.reason());
      case Outcome.Overloaded overloaded -> count(overloaded.reason());
    }
  }

  /** Counts a request that was refused. */
  public void count(RejectionReason reason) {
    Counter counter = refused.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
