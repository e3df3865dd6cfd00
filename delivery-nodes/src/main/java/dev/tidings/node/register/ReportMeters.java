package dev.tidings.node.register;

import dev.tidings.schemas.value.InvalidValueException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Counts what devices tell of notifications, by what became of it. Thread-safe. */
final class ReportMeters {
  private final Counter written;
  private final Counter deviceLimit;
  private final Counter nodeLimit;
  private final Counter logFull;
  private final Counter invalid;
  private final Counter failed;

  ReportMeters(MeterRegistry registry) {
    written = counter(registry, "written");
    deviceLimit = counter(registry, "device-limit");
    nodeLimit = counter(registry, "node-limit");
    logFull = counter(registry, "log-full");
    invalid = counter(registry, "invalid");
    failed = counter(registry, "failed");
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("tidings.node.reports")
        .description("What devices told of notifications, by what became of it.")
        .tag("outcome", outcome)
        .register(registry);
  }

  void deviceLimit() {
    deviceLimit.increment();
  }

  void nodeLimit() {
    nodeLimit.increment();
  }

  void logFull() {
    logFull.increment();
  }

  /** One that was within the limits has ended. */
  void ended(@Nullable Throwable failure) {
    @Nullable Throwable cause =
        failure instanceof CompletionException ? failure.getCause() : failure;
    switch (cause) {
      case null -> written.increment();
      case InvalidValueException _ -> invalid.increment();
      default -> failed.increment();
    }
  }
}
