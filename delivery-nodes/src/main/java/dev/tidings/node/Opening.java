package dev.tidings.node;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import dev.tidings.service.start.Prerequisites;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a node that starts accepts devices: earlier ones would be refused. That is when
 * everything it owns is open. If something stays shut, for example because a partition has no
 * leader, then the devices of the others do not wait for it: the node accepts them, as a node does
 * that was running before, and is not ready.
 */
final class Opening implements Prerequisites.Attempt {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  /** The time without progress after which the rest is served, at least and at most. */
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

  private final HealthCheck vital;
  private final List<HealthCheck> open;
  private final BooleanSupplier servesAny;
  private final LongSupplier progress;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private long before;
  private long since;

  /**
   * @param vital without which no device may be accepted
   * @param open healthy when everything that this node owns is open
   * @param servesAny whether there is a device that the node can serve, or lead to its owner
   * @param progress a value that changes with each step
   * @param limit the time without progress after which the start is given up
   */
  Opening(
      HealthCheck vital,
      List<HealthCheck> open,
      BooleanSupplier servesAny,
      LongSupplier progress,
      Duration limit,
      LongSupplier nanoTime) {
    this.vital = vital;
    this.open = List.copyOf(open);
    this.servesAny = servesAny;
    this.progress = progress;
    this.patience = patience(limit);
    this.nanoTime = nanoTime;
    this.before = progress.getAsLong();
    this.since = nanoTime.getAsLong();
  }

  @Override
  public Optional<String> missing() {
    long now = nanoTime.getAsLong();
    long steps = progress.getAsLong();
    if (steps != before) {
      before = steps;
      since = now;
    }
    Optional<String> needed = reason(vital);
    String shut =
        open.stream()
            .map(Opening::reason)
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    if (needed.isPresent() || shut.isEmpty()) {
      return needed;
    }
    if (now - since < patience.toNanos() || !servesAny.getAsBoolean()) {
      return Optional.of(shut);
    }
    LOG.warn("devices are accepted though this node is not ready: {}", shut);
    return Optional.empty();
  }

  /** The start must not be given up meanwhile. */
  private static Duration patience(Duration limit) {
    return Duration.ofNanos(
        Math.clamp(
            limit.dividedBy(2).toNanos(), LEAST_PATIENCE.toNanos(), MOST_PATIENCE.toNanos()));
  }

  private static Optional<String> reason(HealthCheck check) {
    return check.check() instanceof Health.Unhealthy(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }
}
