package dev.tidings.schemas.value;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time over which a broadcast is spread; the same for all who write one and who read it.
 *
 * @param millis 0 for at once
 */
public record BroadcastSpread(long millis) {
  public static final Duration LONGEST = Duration.ofDays(7);

  public BroadcastSpread {
    if (millis < 0 || millis > LONGEST.toMillis()) {
      throw new InvalidValueException(
          "spreadMillis", Long.toString(millis), "0 to " + LONGEST.toMillis());
    }
  }

  /** Reads the field of {@code Broadcast}, where null means at once. */
  public static BroadcastSpread ofField(@Nullable Long millis) {
    return new BroadcastSpread(millis == null ? 0 : millis);
  }
}
