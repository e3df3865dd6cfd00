package dev.tidings.service.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the checks found at one moment.
 *
 * @param checks by name, in the order in which they were added
 */
public record ReadinessReport(Map<String, Health> checks) {

  public ReadinessReport {
    // Map.copyOf would lose the order.
    checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
  }

  /** Whether every check is healthy. */
  public boolean ready() {
    return checks.values().stream().allMatch(Health.Healthy.class::isInstance);
  }
}
