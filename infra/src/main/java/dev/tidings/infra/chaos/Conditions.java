package dev.tidings.infra.chaos;

import java.time.Duration;

/**
 * What goes on around a fleet that is made to fail.
 *
 * @param devices how many simulated devices
 * @param rate notifications a second, to all devices together
 * @param seed decides what the notifications are, and which tokens are renewed
 * @param prompt what was accepted longer ago than this should have been confirmed, where all is
 *     well
 */
public record Conditions(int devices, double rate, long seed, Duration prompt) {
  /** On a machine that has time for them. */
  public static final Duration PROMPT = Duration.ofSeconds(2);

  /** With a machine that has time for them. */
  public Conditions(int devices, double rate, long seed) {
    this(devices, rate, seed, PROMPT);
  }
}
