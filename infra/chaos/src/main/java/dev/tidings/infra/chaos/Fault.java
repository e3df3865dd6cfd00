package dev.tidings.infra.chaos;

import java.time.Duration;

/**
 * A fault and its repair.
 *
 * @param name its name, for people
 * @param strike injects the fault
 * @param survivable whether the rest is expected to serve every device before the repair
 * @param lasts the minimum time before the repair
 * @param repair repairs the fault
 */
public record Fault(String name, Step strike, boolean survivable, Duration lasts, Step repair) {
  /** An action on the fleet. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }
}
