package dev.tidings.ingest.history.statistics;

import dev.tidings.ingest.history.part.Parameters;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.InvalidValueException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Of what counts are asked for.
 *
 * @param from the first day
 * @param to the last day
 * @param category of which alone; {@link Category#NONE} for those without one; null for all
 */
record StatisticsQuery(
    List<String> apps,
    LocalDate from,
    LocalDate to,
    By by,
    @Nullable String category,
    boolean csv) {
  static final int MOST_APPS = 20;
  static final int MOST_DAYS = 366;
  private static final int USUAL_DAYS = 7;
  private static final List<String> KNOWN =
      List.of("app", "from", "to", "by", "category", "format");
  private static final String CSV = "csv";
  private static final String JSON = "json";

  StatisticsQuery {
    apps = List.copyOf(apps);
  }

  /** What each row of the answer is about. */
  enum By {
    DAY,
    APP,
    OUTCOME,
    CATEGORY;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads it.
   *
   * @param text of the URL; null for none
   * @param accept the media types that who asks accepts; null for any
   * @param today the day that it is now
   * @throws InvalidValueException if something is missing, unknown or wrong
   */
  static StatisticsQuery of(@Nullable String text, @Nullable String accept, LocalDate today) {
    Parameters given = Parameters.of(text, KNOWN);
    List<String> apps = given.apps(MOST_APPS);
    LocalDate to = day("to", given.get("to"), today);
    LocalDate from = day("from", given.get("from"), to.minusDays(USUAL_DAYS - 1));
    if (from.isAfter(to) || from.plusDays(MOST_DAYS).isBefore(to.plusDays(1))) {
      throw new InvalidValueException(
          "from", from.toString(), "at most " + MOST_DAYS + " days up to " + to);
    }
    @Nullable String category = given.get("category");
    return new StatisticsQuery(
        apps,
        from,
        to,
        by(given.get("by")),
        category == null ? null : Category.asked(category),
        isCsv(given.get("format"), accept));
  }

  private static LocalDate day(String name, @Nullable String text, LocalDate otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 0 && day.getYear() <= 9999) {
        return day;
      }
    } catch (DateTimeException e) {
      // It is no day either.
    }
    throw new InvalidValueException(name, text, "a day such as 2026-12-31, in UTC");
  }

  private static By by(@Nullable String text) {
    if (text == null) {
      return By.DAY;
    }
    return Stream.of(By.values())
        .filter(by -> by.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new InvalidValueException("by", text, "day, app, outcome or category"));
  }

  private static boolean isCsv(@Nullable String format, @Nullable String accept) {
    if (format != null && !format.equals(CSV) && !format.equals(JSON)) {
      throw new InvalidValueException("format", format, JSON + " or " + CSV);
    }
    return format == null
        ? accept != null && accept.toLowerCase(Locale.ROOT).startsWith("text/csv")
        : format.equals(CSV);
  }

  /** Whether the counts of each category are asked for. */
  boolean tellsCategoriesApart() {
    return by == By.CATEGORY || category != null;
  }

  /** Returns it as other nodes are asked. */
  String text() {
    return apps.stream().map(app -> "app=" + app + '&').collect(Collectors.joining())
        + "from="
        + from
        + "&to="
        + to
        + (tellsCategoriesApart() ? "&by=category" : "");
  }
}
