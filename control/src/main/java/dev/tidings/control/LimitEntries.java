package dev.tidings.control;

import dev.tidings.schemas.value.AppId;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The names and the permitted values of entries of the kinds {@link ControlKind#LIMIT} and {@link
 * ControlKind#DAILY_CAP}.
 */
public final class LimitEntries {
  /** In front of a team's id. */
  public static final String TEAM = "team/";

  /** In front of an app's bundle id. */
  public static final String APP = "app/";

  /** The largest {@code perSecond}; 0 says that there is no limit. */
  public static final int MAX_PER_SECOND = 1_000_000;

  /** The largest {@code seconds}; the smallest is 1. */
  public static final int MAX_SECONDS = 3_600;

  /** The largest {@code perDay}; the smallest is 1. */
  public static final int MAX_PER_DAY = 1_000;

  /** How many categories of an app may have a daily cap. */
  public static final int MOST_CAPS = 100;

  /** How the time zone of a daily cap is written. */
  public static final String ZONE_FORM =
      "a time zone such as UTC, Asia/Shanghai or +08:00, at most 64 characters";

  private static final int LONGEST_ZONE = 64;

  private LimitEntries() {}

  /**
   * Returns the name of a daily cap.
   *
   * @param category or {@code none}
   */
  public static String ofCap(AppId app, String category) {
    return app.value() + '/' + category;
  }

  /** Returns the time zone of a daily cap; empty if there is none of that name. */
  public static Optional<ZoneId> zone(String name) {
    try {
      return name.length() > LONGEST_ZONE ? Optional.empty() : Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
