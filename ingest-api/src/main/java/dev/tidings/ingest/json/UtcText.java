package dev.tidings.ingest.json;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.concurrent.TimeUnit;

/**
 * Writes times as answers have them, such as {@code 2026-11-29T12:00:00.123Z}: there is one in each
 * line of many, and {@link DateTimeFormatter} takes longer than the rest of the line.
 */
public final class UtcText {
  private static final int MILLIS_DIGITS = 3;
  private static final long DAY = TimeUnit.DAYS.toMillis(1);

  /** Of the years that have four digits. */
  private static final long FIRST = Instant.parse("1000-01-01T00:00:00Z").toEpochMilli();

  private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
  private static final DateTimeFormatter OTHERS =
      new DateTimeFormatterBuilder().appendInstant(MILLIS_DIGITS).toFormatter();

  private UtcText() {}

  /**
   * Appends a time.
   *
   * @param millis since the epoch
   */
  public static StringBuilder append(StringBuilder out, long millis) {
    if (millis < FIRST || millis > LAST) {
      return out.append(OTHERS.format(Instant.ofEpochMilli(millis)));
    }
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY));
    int ofDay = (int) Math.floorMod(millis, DAY);
    two(out.append(day.getYear()).append('-'), day.getMonthValue());
    two(out.append('-'), day.getDayOfMonth());
    two(out.append('T'), ofDay / 3_600_000);
    two(out.append(':'), ofDay / 60_000 % 60);
    two(out.append(':'), ofDay / 1_000 % 60);
    out.append('.').append((char) ('0' + ofDay / 100 % 10));
    return two(out, ofDay % 100).append('Z');
  }

  private static StringBuilder two(StringBuilder out, int number) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
