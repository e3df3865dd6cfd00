package dev.tidings.node.log.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of writing to the log. Thread-safe. */
public final class WriterMeters {
  private final MeterRegistry registry;

  public WriterMeters(MeterRegistry registry) {
    this.registry = registry;
    for (WriteFailure failure : WriteFailure.values()) {
      failures(failure);
    }
  }

  void failed(WriteFailure failure) {
    failures(failure).increment();
  }

  private Counter failures(WriteFailure failure) {
    return Counter.builder("tidings.node.log.failures")
        .tag("kind", failure.label())
        .description("Failed writes to the log: refused for good, or retried.")
        .register(registry);
  }
}
