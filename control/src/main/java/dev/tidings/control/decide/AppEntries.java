package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.PushType;
import java.util.Optional;

/** Decisions about apps. */
public final class AppEntries {
  private AppEntries() {}

  /** Adds one to a team; empty if it is there already. */
  public static Optional<ControlChange<App>> add(ControlEntries entries, AppId app, String team) {
    Teams.require(entries, team);
    PushType type = PushType.bySuffixOf(app);
    if (type != null) {
      throw new RefusedDecisionException(
          Reason.INVALID,
          "app",
          app.value(),
          "an app without "
              + type.topicSuffix()
              + ": topics that end so are those of app "
              + type.withoutSuffix(app)
              + " for push type "
              + type.header());
    }
    Optional<String> owner = team(entries, app);
    if (owner.filter(other -> !other.equals(team)).isPresent()) {
      throw new RefusedDecisionException(
          Reason.TAKEN,
          "app",
          app.value(),
          "an app that no other team has; it is team " + owner.get() + "'s, remove it there first");
    }
    return owner.isPresent()
        ? Optional.empty()
        : Optional.of(
            ControlChange.put(
                ControlKind.APP, app.value(), new App(team), "app add: team " + team));
  }

  /** Removes one. */
  public static ControlChange<App> remove(ControlEntries entries, AppId app) {
    String team = find(entries, app.value()).getTeam();
    return ControlChange.remove(ControlKind.APP, app.value(), "app remove: team " + team);
  }

  /** Returns one that has to be there. */
  public static App find(ControlEntries entries, String app) {
    return entries
        .entry(ControlKind.APP, app)
        .orElseThrow(RefusedDecisionException.absent("app", app, "an app that has been added"));
  }

  /** Returns whose an app is. */
  static Optional<String> team(ControlEntries entries, AppId app) {
    return entries.entry(ControlKind.APP, app.value()).map(App::getTeam);
  }
}
