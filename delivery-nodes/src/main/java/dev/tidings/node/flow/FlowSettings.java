package dev.tidings.node.flow;

import java.time.Duration;

/**
 * The bounds of a connection.
 *
 * @param writeTimeout how long a connection with a full output buffer may accept no byte of it
 * @param crowdedTimeout the same while there are many such connections
 * @param fullTimeout how long its buffer may stay full although bytes are accepted
 * @param maxFull how many connections with a full buffer count as many; beyond twice this number,
 *     the next one is closed
 * @param burst how many bytes a device may send at once
 * @param bytesPerSecond the sustained rate at which it may send
 * @param maxUnfinished how many bytes of incomplete packets all connections together may keep;
 *     small ones do not count
 */
public record FlowSettings(
    Duration writeTimeout,
    Duration crowdedTimeout,
    Duration fullTimeout,
    int maxFull,
    int burst,
    int bytesPerSecond,
    long maxUnfinished) {
  private static final int FULL_BUFFER_BYTES = 1 << 20;

  public FlowSettings {
    checkPositive("write timeout", writeTimeout);
    checkPositive("crowded timeout", crowdedTimeout);
    checkPositive("full timeout", fullTimeout);
    check("max full", maxFull);
    check("burst", burst);
    check("bytes per second", bytesPerSecond);
    check("max unfinished", maxUnfinished);
  }

  /**
   * Derives the bounds from the write timeout and the memory of the process: full buffers may take
   * a quarter of it at most, and incomplete packets an eighth.
   */
  public static FlowSettings of(Duration writeTimeout) {
    Duration crowded = Duration.ofSeconds(5);
    return new FlowSettings(
        writeTimeout,
        crowded.compareTo(writeTimeout) < 0 ? crowded : writeTimeout,
        writeTimeout.multipliedBy(10),
        Math.clamp(Runtime.getRuntime().maxMemory() / 8 / FULL_BUFFER_BYTES, 16, 100_000),
        256 << 10,
        128 << 10,
        Runtime.getRuntime().maxMemory() / 8);
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }

  private static void checkPositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
