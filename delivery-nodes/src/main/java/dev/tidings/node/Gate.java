package dev.tidings.node;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;

/** Unhealthy until opened, once. */
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
    return open ? Health.healthy() : Health.unhealthy(reason);
  }
}
