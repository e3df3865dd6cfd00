package dev.tidings.node.mqtt;

import java.time.Duration;

/**
 * Settings of the protocol.
 *
 * @param maxPacketBytes the largest packet a device may send
 * @param connectTimeout how long a connection may take to send its CONNECT, and its inbox to accept
 *     it
 * @param maxKeepAlive the upper bound of a device's keep-alive, and the default for a device
 *     without one
 * @param maxCredit the upper bound of a device's Receive Maximum: unconfirmed notifications it is
 *     sent
 * @param maxRegistrations the number of registrations a connection may have in flight: the node's
 *     own Receive Maximum
 * @param maxPacketsPerSecond how many packets a device may send in a second on average, and ten
 *     times as many at once; 0 for no limit
 * @param writeTimeout how long a connection may accept no byte while more output is pending than
 *     its buffer holds
 * @param lingerTimeout how long a device has to read the reason why its connection ends
 * @param redirectSpread the time over which devices that all connect at once are redirected
 */
public record MqttSettings(
    int maxPacketBytes,
    Duration connectTimeout,
    Duration maxKeepAlive,
    int maxCredit,
    int maxRegistrations,
    int maxPacketsPerSecond,
    Duration writeTimeout,
    Duration lingerTimeout,
    Duration redirectSpread) {
  private static final int MAX_UINT16 = 65_535;

  public static final MqttSettings DEFAULTS =
      new MqttSettings(
          64 * 1024,
          Duration.ofSeconds(5),
          Duration.ofMinutes(20),
          64,
          8,
          100,
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofMillis(250));

  public MqttSettings {
    check("max packet bytes", maxPacketBytes, 256, 256 * 1024 * 1024);
    check("max keep-alive", maxKeepAlive.toSeconds(), 1, MAX_UINT16);
    check("max credit", maxCredit, 1, MAX_UINT16);
    check("max registrations", maxRegistrations, 1, MAX_UINT16);
    check("max packets per second", maxPacketsPerSecond, 0, 1_000_000);
    checkPositive("connect timeout", connectTimeout);
    checkPositive("write timeout", writeTimeout);
    checkPositive("linger timeout", lingerTimeout);
    if (redirectSpread.isNegative()) {
      throw new IllegalArgumentException(
          "redirect spread: " + redirectSpread + " (expected: >= 0)");
    }
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static void checkPositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
