package dev.tidings.infra.cli.admin;

import dev.tidings.schemas.value.AppId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose a new key is, and what it is for. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class Scope {
  @Option(
      names = "--team",
      paramLabel = "ID",
      required = true,
      converter = Arguments.Id.class,
      description = "Whose key it is.")
  private String team;

  @Option(
      names = "--apps",
      paramLabel = "BUNDLE_ID",
      split = ",",
      converter = Arguments.BundleId.class,
      description =
          "The apps of the team that it may send to, separated by commas (default: all, also those"
              + " that are added later).")
  private List<AppId> apps = List.of();

  String team() {
    return team;
  }

  /** Returns the apps as an entry has them: null for all. */
  @Nullable List<String> apps() {
    return apps.isEmpty() ? null : apps.stream().map(AppId::value).distinct().toList();
  }

  /** Fails if there is no such team, or if an app is not one of it. */
  void check(Administration admin) {
    admin.requireTeam(team);
    admin.requireApps(team, apps);
  }

  /** Returns the scope for people. */
  static String words(String team, @Nullable List<String> apps) {
    return "team " + team + ", apps " + (apps == null ? "all" : String.join(" ", apps));
  }

  String words() {
    return words(team, apps());
  }
}
