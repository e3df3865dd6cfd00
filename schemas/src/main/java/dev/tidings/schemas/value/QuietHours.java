package dev.tidings.schemas.value;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hours of the day, on the device's clock, in which a notification is held back: from {@code
 * from} until before {@code to}, over midnight if {@code to} is the earlier one.
 */
public record QuietHours(LocalTime from, LocalTime to) {
  /** How each of the two is written. */
  public static final String TIME_EXPECTED = "a time of the day such as 22:00";

  /** A clock that is set back may show the same day again. */
  private static final int MOST_DAYS = 2;

  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final Pattern FIELD = Pattern.compile("([0-9:]{5})-([0-9:]{5})");

  /**
   * @throws InvalidValueException if there is nothing, or the whole day, between the two
   */
  public QuietHours {
    if (from.equals(to)) {
      throw new InvalidValueException("quietHours", from + "-" + to, "two different times");
    }
  }

  /**
   * Reads one of the two times.
   *
   * @param name of the value, for the message
   */
  public static LocalTime time(String name, String text) {
    if (!TIME.matcher(text).matches()) {
      throw new InvalidValueException(name, text, TIME_EXPECTED);
    }
    return LocalTime.parse(text);
  }

  /** Reads the field of {@code Notification}. */
  public static QuietHours parse(String text) {
    Matcher both = FIELD.matcher(text);
    if (!both.matches()) {
      throw new InvalidValueException("quietHours", text, "two times such as 22:00-07:00");
    }
    return new QuietHours(time("quietHours", both.group(1)), time("quietHours", both.group(2)));
  }

  /** Returns the field of {@code Notification}. */
  public String toField() {
    return from + "-" + to;
  }

  /**
   * Returns when they end that it is now, in ms since the epoch: the first instant at which the
   * clock of the zone is outside them, whatever it does at a change of daylight saving. Empty if it
   * is none of them now.
   */
  public OptionalLong endOf(long nowMillis, ZoneId zone) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    LocalDateTime local = LocalDateTime.ofInstant(now, zone);
    if (!isWithin(local.toLocalTime())) {
      return OptionalLong.empty();
    }
    for (int day = 0; day <= MOST_DAYS; day++) {
      for (Instant end : at(local.toLocalDate().plusDays(day).atTime(to), zone.getRules())) {
        if (end.isAfter(now)) {
          return OptionalLong.of(end.toEpochMilli());
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Returns when the clock shows a time, or jumps over it. */
  private static List<Instant> at(LocalDateTime time, ZoneRules rules) {
    @Nullable ZoneOffsetTransition change = rules.getTransition(time);
    return change != null && change.isGap()
        ? List.of(change.getInstant())
        : rules.getValidOffsets(time).stream().map(time::toInstant).toList();
  }

  private boolean isWithin(LocalTime time) {
    boolean begun = !time.isBefore(from);
    boolean over = !time.isBefore(to);
    return from.isBefore(to) ? begun && !over : begun || !over;
  }
}
