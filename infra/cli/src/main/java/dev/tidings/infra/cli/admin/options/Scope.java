package dev.tidings.infra.cli.admin.options;

import dev.tidings.control.Administration;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.schemas.value.AppId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose a new key is, and what it is for. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class Scope {
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
          "The apps of the team that it is for, separated by commas (default: all, also those"
              + " that are added later).")
  private List<AppId> apps = List.of();

  /** Returns it; fails if there is no such team, or if an app is not one of it. */
  public KeyScope of(Administration admin) {
    return KeyScope.of(
        admin.entries(), team, apps.isEmpty() ? Optional.empty() : Optional.of(apps));
  }
}
