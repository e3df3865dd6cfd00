package dev.tidings.node.deliver;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the node counts of deliveries. Thread-safe. */
public final class NodeMeters {
  private final Counter arrived;
  private final Counter pushed;
  private final Counter redelivered;
  private final Counter parked;
  private final Counter expired;
  private final Timer journey;

  public NodeMeters(MeterRegistry registry) {
    arrived = counter(registry, "arrived", "Deliveries read from the log.");
    pushed = counter(registry, "pushed", "Notifications written to devices' connections.");
    redelivered = counter(registry, "redelivered", "Of those, written before: DUP set.");
    parked = counter(registry, "parked", "Deliveries handed to the parked inbox.");
    expired = counter(registry, "expired", "Deliveries ended because their time had passed.");
    journey =
        Timer.builder("tidings.node.journey")
            .description(
                "From acceptance to the device's confirmation; its count is what devices confirmed.")
            .publishPercentileHistogram()
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("tidings.node.deliveries." + name)
        .description(description)
        .register(registry);
  }

  void arrived(int count) {
    arrived.increment(count);
  }

  void pushed(boolean duplicate) {
    pushed.increment();
    if (duplicate) {
      redelivered.increment();
    }
  }

  void parked() {
    parked.increment();
  }

  void expired() {
    expired.increment();
  }

  void confirmed(Delivery delivery, long now) {
    List<Step> steps = delivery.getSteps();
    long since = steps.isEmpty() ? now : steps.getFirst().getAt();
    journey.record(Math.max(0, now - since), TimeUnit.MILLISECONDS);
  }
}
