package dev.tidings.service.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The results of all health checks at one moment.
 *
 * @param checks by name, in the order in which they were added
 */
public record ReadinessReport(Map<String, Health> checks) {

  public ReadinessReport {
    // Map.copyOf would lose the order.
    checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
  }

  /** Returns whether every check is healthy. */
  public boolean ready() {
    return checks.values().stream().allMatch(Health.Healthy.class::isInstance);
  }
}
