package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.value.AppId;

/** Decisions about how much may be sent on behalf of a team, or to an app. */
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
        .orElseThrow(() ->
            new RefusedDecisionException(Reason.ABSENT, "limit", name, "one that has been set"));
  }

  /** Returns a limit for people. */
  public static String text(Limit limit) {
    return limit.getPerSecond() == 0
        ? "none"
        : "%d a second, %d s at once".formatted(limit.getPerSecond(), limit.getSeconds());
  }
}
