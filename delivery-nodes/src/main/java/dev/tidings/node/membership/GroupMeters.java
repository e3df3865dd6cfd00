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
        .description("For how long the group's coordinator has not answered.")
        .register(registry);
    doubts =
        Counter.builder("tidings.node.group.doubts")
            .description("Times that it was not known whether the partitions are this node's.")
            .register(registry);
    cutOffs =
        Counter.builder("tidings.node.group.cutoffs")
            .description("Times that all devices were sent away since the group was not heard.")
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
