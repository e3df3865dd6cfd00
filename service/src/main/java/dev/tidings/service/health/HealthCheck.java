package dev.tidings.service.health;

/** One thing a service needs in order to take work. */
@FunctionalInterface
public interface HealthCheck {

  /**
   * How it is now. Called from any thread, several at once, whenever somebody asks; it should
   * answer from what is known and wait for nothing. An exception counts as unhealthy.
   */
  Health check();
}
