package dev.tidings.schemas.value;

import org.jspecify.annotations.Nullable;

/**
 * The time until which a notification is worth delivering.
 *
 * @param millis since the epoch; 0 for one attempt with nothing stored ({@code apns-expiration:
 *     0}); {@link Long#MAX_VALUE} for no end: kept as long as the inbox keeps anything
 */
public record Expiration(long millis) {
  public static final Expiration NEVER = new Expiration(Long.MAX_VALUE);
  public static final Expiration ONCE = new Expiration(0);

  public Expiration {
    if (millis < 0) {
      throw new InvalidValueException("expiration", Long.toString(millis), ">= 0 ms");
    }
  }

  /** Reads the field of {@code Notification} and {@code Delivery}, where null means no end. */
  public static Expiration ofField(@Nullable Long millis) {
    return millis == null ? NEVER : new Expiration(millis);
  }

  /** Returns the field of {@code Notification} and {@code Delivery}. */
  public @Nullable Long toField() {
    return millis == Long.MAX_VALUE ? null : millis;
  }

  public boolean isOnce() {
    return millis == 0;
  }

  /** Returns whether the time has passed at {@code nowMillis}; never for a single attempt. */
  public boolean hasPassed(long nowMillis) {
    return millis != 0 && nowMillis >= millis;
  }
}
