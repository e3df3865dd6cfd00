package dev.tidings.schemas.trace;

import org.jspecify.annotations.Nullable;

/** The time at which a notification was accepted, also for records with an invalid time. */
public final class AcceptanceTime {
  /** The end of the year 9999, after which dates have another format. */
  private static final long LAST_MILLIS = 253_402_300_799_999L;

  private AcceptanceTime() {}

  /**
   * Returns the time in the field, or the timestamp of the record if the field is absent or
   * impossible (in some languages an unset time is a date long ago); in ms since the epoch.
   *
   * @param told the field {@code acceptedAt} of {@code Notification}
   * @param timestamp the timestamp of the record
   */
  public static long millis(@Nullable Long told, long timestamp) {
    return told != null && told > 0 && told <= LAST_MILLIS
        ? told
        : Math.clamp(timestamp, 0, LAST_MILLIS);
  }
}
