package dev.tidings.service.health;

/** Checks one thing that a service needs in order to take work. */
@FunctionalInterface
public interface HealthCheck {

  /**
   * Returns the current health. Called on each request for it, from any thread and concurrently; it
   * should return known state and not block. An exception counts as unhealthy.
   */
  Health check();
}
