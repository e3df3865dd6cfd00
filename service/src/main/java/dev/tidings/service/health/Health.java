package dev.tidings.service.health;

/** What a check found. */
public sealed interface Health {

  /** It works. */
  record Healthy() implements Health {}

  /**
   * It does not work.
   *
   * @param reason why, for an operator
   */
  record Unhealthy(String reason) implements Health {}

  /** It works. */
  static Health healthy() {
    return new Healthy();
  }

  /** It does not work, for this reason. */
  static Health unhealthy(String reason) {
    return new Unhealthy(reason);
  }
}
