package dev.tidings.infra.chaos;

import java.time.Duration;

/**
 * The load on a fleet during faults.
 *
 * @param devices the number of simulated devices
 * @param rate notifications a second, to all devices together
 * @param seed decides what the notifications are, and which tokens are renewed
 * @param prompt the time within which an accepted notification should be confirmed if there is no
 *     fault
 */
public record Conditions(int devices, double rate, long seed, Duration prompt) {
  /** The default on a machine that is not overloaded. */
  public static final Duration PROMPT = Duration.ofSeconds(2);

  /** Creates conditions for a machine that is not overloaded. */
  public Conditions(int devices, double rate, long seed) {
    this(devices, rate, seed, PROMPT);
  }
}
