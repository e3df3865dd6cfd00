package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.value.AppId;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Apps. */
@Command(
    name = "app",
    description = "Apps, and which team each belongs to.",
    synopsisSubcommandLabel = "add|list|remove",
    footer = {"", "For example:", "  tidings admin app list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class AppCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with apps: add, list or remove");
  }

  @Command(
      name = "add",
      description = "Adds an app to a team.",
      footer = {"", "For example:", "  tidings admin app add com.example.news --team TEAM567890"})
  void add(
      @Mixin AdminOptions options,
      @Parameters(
              paramLabel = "BUNDLE_ID",
              converter = Arguments.BundleId.class,
              description = "The app; its topic, in Apple's words.")
          AppId app,
      @Option(
              names = "--team",
              paramLabel = "ID",
              required = true,
              converter = Arguments.Id.class,
              description = "Whose providers may send to it.")
          String team)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Optional<ControlChange<App>> added = AppEntries.add(admin.entries(), app, team);
      if (added.isPresent()) {
        admin.write(added.get());
      }
      options
          .output(spec)
          .print("app: " + app + " of team " + team, Facts.of("app", app).and("team", team));
    }
  }

  @Command(
      name = "list",
      description = "Lists the apps.",
      footer = {"", "For example:", "  tidings admin app list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("team", "app");
      admin.entries().entries(ControlKind.APP).forEach((id, app) -> table.row(app.getTeam(), id));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(
      name = "remove",
      description = {
        "Removes an app: no provider may send to it any more.",
        "Keys keep it in their lists, for when it is added again to the same team."
      },
      footer = {"", "For example:", "  tidings admin app remove com.example.news"})
  void remove(
      @Mixin AdminOptions options,
      @Parameters(
              paramLabel = "BUNDLE_ID",
              converter = Arguments.BundleId.class,
              description = "The app.")
          AppId app)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(AppEntries.remove(admin.entries(), app));
      options.output(spec).print(Facts.of("removed", app));
    }
  }
}
