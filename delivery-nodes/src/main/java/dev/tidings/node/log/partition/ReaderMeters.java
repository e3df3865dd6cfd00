package dev.tidings.node.log.partition;

import dev.tidings.node.log.life.StartPoint.Discontinuity;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Meters of reading {@code deliveries}. Thread-safe. */
public final class ReaderMeters {
  private final MeterRegistry registry;
  private final Map<Discontinuity, Counter> discontinuities = new EnumMap<>(Discontinuity.class);
  private final Map<Integer, Lag> lags = new ConcurrentHashMap<>();
  private final Counter commitFailures;
  private final Counter standstills;
  private final AtomicLong suspendedCount = new AtomicLong();
  private final AtomicLong unstartedCount = new AtomicLong();

  private record Lag(AtomicLong records, Meter gauge) {}

  public ReaderMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Discontinuity discontinuity : Discontinuity.values()) {
      discontinuities.put(
          discontinuity,
          Counter.builder("tidings.node.reader.discontinuities")
              .tag("reason", discontinuity.label())
              .description("Partitions that were not read on where they had been left.")
              .register(registry));
    }
    commitFailures =
        Counter.builder("tidings.node.reader.commit.failures")
            .description("Failed commits; each is retried.")
            .register(registry);
    standstills =
        Counter.builder("tidings.node.process.pauses")
            .description("Times that this process was stalled for longer than allowed.")
            .register(registry);
    Gauge.builder(
            "tidings.node.reader.partitions.suspended",
            this,
            meters -> meters.suspendedCount.doubleValue() + meters.unstartedCount.doubleValue())
        .description("Partitions that cannot be read at the moment.")
        .register(registry);
  }

  public void discontinued(Discontinuity discontinuity) {
    Counter counter = discontinuities.get(discontinuity);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Counts records that will never be read. */
  public void skipped(int partition, String reason, long records) {
    Counter.builder("tidings.node.reader.skipped")
        .tag("partition", Integer.toString(partition))
        .tag("reason", reason)
        .description("Records of deliveries that were not read and never will be.")
        .register(registry)
        .increment((double) records);
  }

  public void commitFailed() {
    commitFailures.increment();
  }

  public void stoodStill() {
    standstills.increment();
  }

  public void suspended(long partitions) {
    suspendedCount.set(partitions);
  }

  /** Sets how many partitions cannot be started. */
  public void unstarted(long partitions) {
    unstartedCount.set(partitions);
  }

  public void lag(int partition, long records) {
    lags.computeIfAbsent(partition, this::lag).records().set(records);
  }

  private Lag lag(int partition) {
    AtomicLong records = new AtomicLong();
    return new Lag(
        records,
        Gauge.builder("tidings.node.reader.lag", records, AtomicLong::doubleValue)
            .tag("partition", Integer.toString(partition))
            .description("Records of deliveries that are not read yet.")
            .register(registry));
  }

  /** Removes the meters of a partition that another node owns now: its lag is reported there. */
  public void forget(int partition) {
    Lag lag = lags.remove(partition);
    if (lag != null) {
      registry.remove(lag.gauge());
    }
  }
}
