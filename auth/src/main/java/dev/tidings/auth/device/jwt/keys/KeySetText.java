package dev.tidings.auth.device.jwt.keys;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A key set that is known already, and does not change. */
public record KeySetText(String text) implements KeySource {
  private static final Duration NEVER = Duration.ofDays(36_500);

  @Override
  public byte[] read() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Duration every() {
    return NEVER;
  }

  @Override
  public Duration pause() {
    return NEVER;
  }

  @Override
  public String toString() {
    return "its entry";
  }
}
