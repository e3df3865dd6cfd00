package dev.tidings.node.mqtt.connect;

import java.time.Duration;

/**
 * Limits of an address (IPv6: of a /64) from which credentials are refused.
 *
 * @param burst how many refusals are answered at once
 * @param perSecond how many more in a second
 * @param checksPerSecond how many credentials of an address are checked in a second while it is
 *     over these, not counting good ones
 * @param maxDelay how long a refusal waits at most
 * @param maxWaiting how many wait at a time, of all addresses
 * @param maxAddresses how many addresses are remembered
 */
public record RefusalLimits(
    int burst,
    int perSecond,
    int checksPerSecond,
    Duration maxDelay,
    int maxWaiting,
    int maxAddresses) {
  /** So many addresses at least are needed to use up all waits. */
  private static final int SHARES = 8;

  public static final RefusalLimits DEFAULTS =
      new RefusalLimits(20, 1, 100, Duration.ofSeconds(10), 1_024, 16_384);

  public RefusalLimits {
    check("burst", burst, 1);
    check("refusals per second", perSecond, 1);
    check("checks per second", checksPerSecond, 1);
    check("max waiting", maxWaiting, 0);
    check("max addresses", maxAddresses, 1);
    if (maxDelay.compareTo(RefusalPace.MIN_DELAY) < 0) {
      throw new IllegalArgumentException(
          "max delay: " + maxDelay + " (expected: >= " + RefusalPace.MIN_DELAY + ")");
    }
  }

  /** Returns how many wait at a time, of one address. */
  int maxWaitingPerAddress() {
    return Math.max(1, maxWaiting / SHARES);
  }

  private static void check(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + min + ")");
    }
  }
}
