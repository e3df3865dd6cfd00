package dev.tidings.service.health;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether the service may be sent work: all its checks are healthy and it is not draining. Safe to
 * use from any thread.
 */
public final class Readiness {

  private final Map<String, HealthCheck> checks = new LinkedHashMap<>();
  private volatile boolean draining;

  /**
   * Adds a check. Add all of them before the management server is started: readiness without checks
   * is ready.
   *
   * @throws IllegalArgumentException if there is one of this name already
   */
  public Readiness add(String name, HealthCheck check) {
    synchronized (checks) {
      if (checks.putIfAbsent(name, check) != null) {
        throw new IllegalArgumentException(
            "check: " + name + " (expected: a name that no other check has)");
      }
    }
    return this;
  }

  /** Declares that no more work should be sent; the first step of stopping. It cannot be undone. */
  public void draining() {
    draining = true;
  }

  /** Returns whether {@link #draining()} was called. */
  public boolean isDraining() {
    return draining;
  }

  /** Returns whether work may be sent now. */
  public boolean isReady() {
    return report().ready();
  }

  /** Runs the checks, in the order in which they were added; runs none of them once draining. */
  public ReadinessReport report() {
    if (draining) {
      return new ReadinessReport(Map.of("draining", Health.unhealthy("the service is stopping")));
    }
    Map<String, HealthCheck> current;
    synchronized (checks) {
      current = new LinkedHashMap<>(checks);
    }
    Map<String, Health> results = new LinkedHashMap<>();
    current.forEach((name, check) -> results.put(name, run(check)));
    return new ReadinessReport(results);
  }

  private static Health run(HealthCheck check) {
    try {
      return check.check();
    } catch (RuntimeException e) {
      return Health.unhealthy("check failed: " + e);
    }
  }
}
