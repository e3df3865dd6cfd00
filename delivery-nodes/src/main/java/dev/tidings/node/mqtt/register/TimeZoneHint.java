package dev.tidings.node.mqtt.register;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a time zone: an IANA name or an offset such as {@code GMT+5:30} or {@code UTC+8}. */
final class TimeZoneHint {
  private static final int MAX_LENGTH = 64;

  /** An hour of one digit before minutes, as iOS prints it; java.time requires two. */
  private static final Pattern SHORT_HOUR = Pattern.compile("([+-])([0-9]:[0-9]{2})\\z");

  /** Returns the name of a zone that java.time knows, or empty if there is none. */
  static Optional<String> name(String value) {
    if (value.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ZoneId.of(SHORT_HOUR.matcher(value.strip()).replaceFirst("$10$2")).getId());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private TimeZoneHint() {}
}
