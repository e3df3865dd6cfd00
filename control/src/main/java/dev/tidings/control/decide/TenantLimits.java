package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.InvalidValueException;

/** Decisions about how much may be sent on behalf of a team, to an app, or to each device. */
public final class TenantLimits {
  private TenantLimits() {}

  /** Sets that of a team. */
  public static ControlChange<Limit> setForTeam(ControlEntries entries, String team, Limit limit) {
    Teams.require(entries, team);
    return set(LimitEntries.TEAM + team, limit);
  }

  /** Sets that of an app. */
  public static ControlChange<Limit> setForApp(ControlEntries entries, AppId app, Limit limit) {
    AppEntries.find(entries, app.value());
    return set(LimitEntries.APP + app, limit);
  }

  private static ControlChange<Limit> set(String name, Limit limit) {
    require("perSecond", limit.getPerSecond(), 0, LimitEntries.MAX_PER_SECOND);
    require("seconds", limit.getSeconds(), 1, LimitEntries.MAX_SECONDS);
    return ControlChange.put(ControlKind.LIMIT, name, limit, "limit set: " + text(limit));
  }

  private static void require(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new RefusedDecisionException(
          Reason.INVALID, name, String.valueOf(value), min + ".." + max);
    }
  }

  /**
   * Removes one.
   *
   * @param name see {@link LimitEntries}
   */
  public static ControlChange<Limit> remove(ControlEntries entries, String name) {
    return ControlChange.remove(
        ControlKind.LIMIT, name, "limit remove: " + text(find(entries, name)));
  }

  /** Returns one that has to be there. */
  public static Limit find(ControlEntries entries, String name) {
    return entries
        .entry(ControlKind.LIMIT, name)
        .orElseThrow(RefusedDecisionException.absent("limit", name, "one that has been set"));
  }

  /**
   * Sets how many notifications of a category each device may be sent for an app in a day.
   *
   * @param category see {@link Category#asked}
   */
  public static ControlChange<DailyCap> setCap(
      ControlEntries entries, AppId app, String category, DailyCap cap) {
    AppEntries.find(entries, app.value());
    requireCategory(category);
    require("perDay", cap.getPerDay(), 1, LimitEntries.MAX_PER_DAY);
    if (LimitEntries.zone(cap.getTimeZone()).isEmpty()) {
      throw new RefusedDecisionException(
          Reason.INVALID, "timeZone", cap.getTimeZone(), LimitEntries.ZONE_FORM);
    }
    String name = LimitEntries.ofCap(app, category);
    String ofApp = app + "/";
    long others =
        entries.entries(ControlKind.DAILY_CAP).keySet().stream()
            .filter(each -> each.startsWith(ofApp) && !each.equals(name))
            .count();
    if (others >= LimitEntries.MOST_CAPS) {
      throw new RefusedDecisionException(
          Reason.INVALID,
          "category",
          category,
          "at most " + LimitEntries.MOST_CAPS + " categories of an app with a daily cap");
    }
    return ControlChange.put(ControlKind.DAILY_CAP, name, cap, "limit set: " + text(cap));
  }

  private static void requireCategory(String category) {
    try {
      String _ = Category.asked(category);
    } catch (InvalidValueException e) {
      throw new RefusedDecisionException(Reason.INVALID, "category", e.value(), e.expected());
    }
  }

  /**
   * Removes a daily cap.
   *
   * @param name see {@link LimitEntries#ofCap}
   */
  public static ControlChange<DailyCap> removeCap(ControlEntries entries, String name) {
    return ControlChange.remove(
        ControlKind.DAILY_CAP, name, "limit remove: " + text(findCap(entries, name)));
  }

  /** Returns a daily cap that has to be there. */
  public static DailyCap findCap(ControlEntries entries, String name) {
    return entries
        .entry(ControlKind.DAILY_CAP, name)
        .orElseThrow(RefusedDecisionException.absent("daily cap", name, "one that has been set"));
  }

  /** Returns a daily cap for people. */
  public static String text(DailyCap cap) {
    return "%d a day to each device, in %s".formatted(cap.getPerDay(), cap.getTimeZone());
  }

  /** Returns a limit for people. */
  public static String text(Limit limit) {
    return limit.getPerSecond() == 0
        ? "none"
        : "%d a second, %d s at once".formatted(limit.getPerSecond(), limit.getSeconds());
  }
}
