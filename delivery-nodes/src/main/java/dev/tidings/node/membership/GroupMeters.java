package dev.tidings.node.membership;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Meters of the group's responses. Thread-safe. */
public final class GroupMeters {
  private final AtomicLong silentNanos = new AtomicLong();
  private final Counter doubts;
  private final Counter cutOffs;

  public GroupMeters(MeterRegistry registry) {
    Gauge.builder("tidings.node.group.silent.seconds", silentNanos, nanos -> nanos.get() / 1e9)
        .description("Time since the last response of the group's coordinator.")
        .register(registry);
    doubts =
        Counter.builder("tidings.node.ownership.uncertain")
            .description("Times that the ownership of the partitions was in doubt.")
            .register(registry);
    cutOffs =
        Counter.builder("tidings.node.group.disconnects")
            .description("Times that all devices were disconnected for lack of a response.")
            .register(registry);
  }

  void silent(long nanos) {
    silentNanos.set(nanos);
  }

  void doubted() {
    doubts.increment();
  }

  void cutOff() {
    cutOffs.increment();
  }
}
