package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
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
    synopsisSubcommandLabel = "add|list|remove")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class AppCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with apps: add, list or remove");
  }

  @Command(name = "add", description = "Adds an app to a team.")
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
      spec.commandLine().getOut().println("app: " + app + " of team " + team);
    }
  }

  @Command(name = "list", description = "Lists the apps.")
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Columns columns = new Columns("team", "app");
      admin.entries().entries(ControlKind.APP).forEach((id, app) -> columns.row(app.getTeam(), id));
      columns.print(spec.commandLine().getOut());
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(
      name = "remove",
      description = {
        "Removes an app: no provider may send to it any more.",
        "Keys keep it in their lists, for when it is added again to the same team."
      })
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
      spec.commandLine().getOut().println("removed: " + app);
    }
  }
}
