package dev.tidings.node;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import java.util.Optional;

/** A health check that is unhealthy until it is opened, once. */
final class Gate implements HealthCheck {
  private final String reason;
  private volatile boolean open;

  Gate(String reason) {
    this.reason = reason;
  }

  void open() {
    open = true;
  }

  @Override
  public Health check() {
    return check(Optional.empty());
  }

  /** Returns this check with the name of the awaited component, if known. */
  Health check(Optional<String> waitingFor) {
    return open
        ? Health.healthy()
        : Health.unhealthy(waitingFor.map(what -> "waiting: " + what).orElse(reason));
  }
}
