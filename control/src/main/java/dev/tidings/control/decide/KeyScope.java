package dev.tidings.control.decide;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.value.AppId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose a key is, and what it is for.
 *
 * @param apps bundle ids, as an entry has them: null for all apps of the team
 */
public record KeyScope(String team, @Nullable List<String> apps) {
  private static final int MOST_APPS = 400;

  /**
   * Checks a scope.
   *
   * @param apps empty for all of the team, also those that are added later
   */
  public static KeyScope of(ControlEntries entries, String team, Optional<List<AppId>> apps) {
    Teams.require(entries, team);
    return new KeyScope(team, apps.map(named -> checked(entries, team, named)).orElse(null));
  }

  private static List<String> checked(ControlEntries entries, String team, List<AppId> apps) {
    if (apps.isEmpty() || apps.size() > MOST_APPS) {
      throw new RefusedDecisionException(
          Reason.INVALID, "apps", apps.size() + " apps", "1 to " + MOST_APPS);
    }
    for (AppId app : apps) {
      if (AppEntries.team(entries, app).filter(team::equals).isEmpty()) {
        throw new RefusedDecisionException(
            Reason.INVALID, "apps", app.value(), "apps of team " + team);
      }
    }
    return apps.stream().map(AppId::value).distinct().toList();
  }

  /** Returns it for people. */
  public String words() {
    return "team " + team + ", apps " + (apps == null ? "all" : String.join(" ", apps));
  }
}
