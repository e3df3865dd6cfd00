package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.jwt.keys.KeySource;
import java.io.IOException;
import java.time.Duration;

/** An issuer's keys as the test has them; counts how often they are read. */
final class KeySetStub implements KeySource {
  private byte[] keys = new byte[0];
  private boolean away;
  private int reads;

  void publish(byte[] keySet) {
    keys = keySet;
  }

  void away(boolean isAway) {
    away = isAway;
  }

  int reads() {
    return reads;
  }

  @Override
  public byte[] read() throws IOException {
    reads++;
    if (away) {
      throw new IOException("connection refused");
    }
    return keys;
  }

  @Override
  public Duration every() {
    return Duration.ofMinutes(5);
  }

  @Override
  public Duration pause() {
    return Duration.ofSeconds(10);
  }
}
