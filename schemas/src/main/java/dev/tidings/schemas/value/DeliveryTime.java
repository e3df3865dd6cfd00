package dev.tidings.schemas.value;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time before which a notification is not delivered: {@code deliverAt}.
 *
 * @param millis since the epoch; any time that has passed means at once
 */
public record DeliveryTime(long millis) {
  /** How far ahead it may be. */
  public static final Duration MOST_AHEAD = Duration.ofDays(366);

  private static final int LAST_YEAR = 9999;

  /** At once. */
  public static final DeliveryTime NOW = new DeliveryTime(0);

  /** Reads the field of {@code Notification}, where null means at once. */
  public static DeliveryTime ofField(@Nullable Long millis) {
    return millis == null ? NOW : new DeliveryTime(millis);
  }

  /** Returns the field of {@code Notification}. */
  public @Nullable Long toField() {
    return millis <= 0 ? null : millis;
  }

  /** Returns whether it is still to come at {@code nowMillis}. */
  public boolean isAfter(long nowMillis) {
    return millis > nowMillis;
  }

  /** As RFC 3339 has times, whose years have four digits; a number beyond those. */
  private static String text(long millis) {
    Instant time = Instant.ofEpochMilli(millis);
    return time.atOffset(ZoneOffset.UTC).getYear() <= LAST_YEAR
        ? time.toString()
        : Long.toString(millis);
  }

  /**
   * Checks that it is not too far ahead.
   *
   * @throws InvalidValueException if it is
   */
  public void check(long nowMillis) {
    if (millis > nowMillis + MOST_AHEAD.toMillis()) {
      throw new InvalidValueException(
          "deliverAt",
          text(millis),
          "at most %d days ahead: %s"
              .formatted(
                  MOST_AHEAD.toDays(),
                  Instant.ofEpochMilli(nowMillis)
                      .plus(MOST_AHEAD)
                      .truncatedTo(ChronoUnit.SECONDS)));
    }
  }
}
