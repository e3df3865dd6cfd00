package dev.tidings.node.replay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** The meters of replays. Thread-safe. */
final class ReplayMeters {
  private final Counter read;
  private final Counter found;
  private final Counter refused;

  /**
   * @param running how many replays there are at the moment
   */
  ReplayMeters(MeterRegistry registry, IntSupplier running) {
    read =
        Counter.builder("tidings.node.replay.read.bytes")
            .description("What replays have read of the log, of whichever device.")
            .register(registry);
    found =
        Counter.builder("tidings.node.replay.records")
            .description("Records that were found for devices that asked for a replay.")
            .register(registry);
    refused =
        Counter.builder("tidings.node.replay.refused")
            .description("Replays refused because there were too many.")
            .register(registry);
    Gauge.builder("tidings.node.replay.running", running::getAsInt)
        .description("Replays that have begun, or wait for their turn.")
        .strongReference(true)
        .register(registry);
  }

  void read(long bytes) {
    read.increment((double) bytes);
  }

  void found(int records) {
    found.increment(records);
  }

  void refused() {
    refused.increment();
  }
}
