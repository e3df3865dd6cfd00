package dev.tidings.schemas.value;

import org.jspecify.annotations.Nullable;

/** When a notification was accepted, whatever a provider wrote into its record. */
public final class AcceptanceTime {
  /** The end of the year 9999, after which dates are written otherwise. */
  private static final long LAST_MILLIS = 253_402_300_799_999L;

  private AcceptanceTime() {}

  /**
   * What the record says, or where it says nothing or no possible time (one that was never set, in
   * some languages a date long ago) the time of the record itself; in ms since the epoch.
   *
   * @param told the field {@code acceptedAt} of {@code Notification}
   * @param timestamp of the record
   */
  public static long millis(@Nullable Long told, long timestamp) {
    return told != null && told > 0 && told <= LAST_MILLIS
        ? told
        : Math.clamp(timestamp, 0, LAST_MILLIS);
  }
}
