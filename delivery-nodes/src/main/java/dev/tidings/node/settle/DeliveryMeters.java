package dev.tidings.node.settle;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of deliveries. Thread-safe. */
public final class DeliveryMeters {
  // As long as the log keeps a notification; more would only be a clock that is wrong.
  private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(7);

  private final Counter arrived;
  private final Counter pushed;
  private final Counter redelivered;
  private final Counter parked;
  private final Counter repeated;
  private final Counter replayed;
  private final Map<Outcome, Counter> dropped = new EnumMap<>(Outcome.class);
  private final Timer latency;

  public DeliveryMeters(MeterRegistry registry) {
    arrived = counter(registry, "tidings.node.deliveries.arrived", "Deliveries read from the log.");
    pushed =
        counter(
            registry,
            "tidings.node.deliveries.pushed",
            "Notifications written to devices' connections.");
    redelivered =
        counter(
            registry, "tidings.node.deliveries.redelivered", "Of those, written before: DUP set.");
    parked =
        counter(
            registry, "tidings.node.deliveries.parked", "Deliveries handed to the parked inbox.");
    repeated =
        counter(
            registry,
            "tidings.node.deliveries.deduplicated",
            "Deliveries dropped because they had just come before.");
    replayed =
        counter(
            registry,
            "tidings.node.deliveries.replayed",
            "Notifications sent once more because the device asked for it.");
    drop(registry, Outcome.EXPIRED, "tidings.node.deliveries.expired", "their time had passed.");
    drop(
        registry,
        Outcome.UNREGISTERED,
        "tidings.node.deliveries.unregistered",
        "their token was revoked.");
    drop(
        registry,
        Outcome.COLLAPSED,
        "tidings.node.deliveries.collapsed",
        "a newer one took their place.");
    drop(
        registry,
        Outcome.EVICTED,
        "tidings.node.deliveries.evicted",
        "the device's inbox was full.");
    drop(
        registry,
        Outcome.REJECTED,
        "tidings.node.deliveries.rejected",
        "the device can't be sent them.");
    drop(
        registry,
        Outcome.WITHDRAWN,
        "tidings.node.deliveries.withdrawn",
        "their provider took them back.");
    latency =
        Timer.builder("tidings.node.delivery.latency")
            .description(
                "From acceptance to the device's confirmation; its count is what devices"
                    + " confirmed.")
            .publishPercentileHistogram()
            .register(registry);
  }

  private void drop(MeterRegistry registry, Outcome outcome, String name, String why) {
    dropped.put(outcome, counter(registry, name, "Deliveries ended because " + why));
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  public void arrived() {
    arrived.increment();
  }

  public void pushed(boolean duplicate) {
    pushed.increment();
    if (duplicate) {
      redelivered.increment();
    }
  }

  void parked() {
    parked.increment();
  }

  public void repeated() {
    repeated.increment();
  }

  public void replayed() {
    replayed.increment();
  }

  void dropped(Outcome outcome) {
    @Nullable Counter counter = dropped.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void confirmed(Delivery delivery, long now) {
    long since = DeliverySteps.since(delivery, now);
    // Anybody may have written the time; a difference that overflows is none.
    long took = since >= now || since < 0 ? 0 : Math.min(now - since, LONGEST_MILLIS);
    latency.record(took, TimeUnit.MILLISECONDS);
  }
}
