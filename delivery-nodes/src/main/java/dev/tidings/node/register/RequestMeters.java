package dev.tidings.node.register;

import dev.tidings.node.register.RefusedException.Reason;
import dev.tidings.schemas.value.InvalidValueException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Counts the requests of devices of one kind, by what became of them. Thread-safe. */
final class RequestMeters {
  private final Counter written;
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
  private final Counter invalid;
  private final Counter failed;

  /** Those of what devices tell of notifications. */
  static RequestMeters ofReports(MeterRegistry registry) {
    return new RequestMeters(
        "tidings.node.reports",
        "What devices told of notifications, by what became of it.",
        EnumSet.of(Reason.DEVICE_LIMIT, Reason.NODE_LIMIT, Reason.LOG_FULL),
        registry);
  }

  /** Those of registrations and of topics that are joined. */
  static RequestMeters ofRegistrations(MeterRegistry registry) {
    return new RequestMeters(
        "tidings.node.registrations",
        "Requests to register, to unregister, to join or leave a topic, by what became of them.",
        EnumSet.allOf(Reason.class),
        registry);
  }

  private RequestMeters(
      String name, String description, Set<Reason> reasons, MeterRegistry registry) {
    // All are registered from the start: an alert cannot watch a meter that does not exist yet.
    written = counter(name, description, "written", registry);
    invalid = counter(name, description, "invalid", registry);
    failed = counter(name, description, "failed", registry);
    for (Reason reason : reasons) {
      refused.put(reason, counter(name, description, reason.label(), registry));
    }
  }

  private static Counter counter(
      String name, String description, String outcome, MeterRegistry registry) {
    return Counter.builder(name)
        .description(description)
        .tag("outcome", outcome)
        .register(registry);
  }

  /** A request has ended. */
  void ended(@Nullable Throwable failure) {
    @Nullable Throwable cause =
        failure instanceof CompletionException ? failure.getCause() : failure;
    switch (cause) {
      case null -> written.increment();
      case RefusedException why -> refused.getOrDefault(why.reason(), failed).increment();
      case InvalidValueException _ -> invalid.increment();
      default -> failed.increment();
    }
  }
}
