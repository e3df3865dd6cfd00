package dev.tidings.service.health;

import java.util.Optional;

/** The result of a health check. */
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

  /** It works, unless there is a reason why it does not. */
  static Health unless(Optional<String> reason) {
    return reason.map(Health::unhealthy).orElseGet(Health::healthy);
  }

  /** It works, unless there is a reason why it does not; an empty text is none. */
  static Health unless(String reason) {
    return reason.isEmpty() ? healthy() : unhealthy(reason);
  }
}
