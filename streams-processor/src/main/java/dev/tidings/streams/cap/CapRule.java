package dev.tidings.streams.cap;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * How many notifications of a category a device may be sent for an app in a day.
 *
 * @param perDay 1 or more
 * @param zone in which the days begin and end
 */
public record CapRule(int perDay, ZoneId zone) {
  /**
   * A day, from its beginning until before its end, in ms since the epoch. The end of one is the
   * beginning of the next.
   */
  record Day(long begin, long end) {}

  /** Returns the day that it is at a time. */
  Day dayAt(long millis) {
    LocalDate date = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
    return new Day(beginning(date), beginning(date.plusDays(1)));
  }

  private long beginning(LocalDate date) {
    return date.atStartOfDay(zone).toInstant().toEpochMilli();
  }
}
