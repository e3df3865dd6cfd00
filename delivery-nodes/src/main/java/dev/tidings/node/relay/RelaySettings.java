package dev.tidings.node.relay;

import java.time.Duration;

/**
 * Settings of relaying.
 *
 * @param connectTimeout how long the other node may take to accept the connection
 * @param answerTimeout how long it may take to send its first byte
 * @param lingerTimeout how long an end has to accept the remaining data when the other has closed
 */
public record RelaySettings(
    Duration connectTimeout, Duration answerTimeout, Duration lingerTimeout) {
  public RelaySettings {
    checkPositive("connect timeout", connectTimeout);
    checkPositive("answer timeout", answerTimeout);
    checkPositive("linger timeout", lingerTimeout);
  }

  private static void checkPositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
