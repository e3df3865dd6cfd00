package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.Teams;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import dev.tidings.schemas.avro.Team;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Teams. */
@Command(
    name = "team",
    description = "Teams, which apps and the keys of providers belong to.",
    synopsisSubcommandLabel = "create|list",
    footer = {"", "For example:", "  tidings admin team list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class TeamCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do with teams: create or list");
  }

  @Command(
      name = "create",
      description = "Creates a team, and prints its id.",
      footer = {"", "For example:", "  tidings admin team create News --id TEAM567890"})
  void create(
      @Mixin AdminOptions options,
      @Parameters(
              paramLabel = "NAME",
              converter = Arguments.Name.class,
              description = "What people call it.")
          String name,
      @Option(
              names = "--id",
              paramLabel = "ID",
              converter = Arguments.Id.class,
              description =
                  "The iss of its tokens: 10 characters of A-Z and 0-9 (default: random). Take the"
                      + " one that you have from Apple.")
          Optional<String> chosen)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      ControlChange<Team> team = Teams.create(admin.entries(), name, chosen, Instant.now());
      admin.write(team);
      options.output(spec).print(Facts.of("team", team.name()));
    }
  }

  @Command(
      name = "list",
      description = "Lists the teams.",
      footer = {"", "For example:", "  tidings admin team list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("team", "created", "name");
      admin
          .entries()
          .entries(ControlKind.TEAM)
          .forEach((id, team) -> table.row(id, Table.time(team.getCreated()), team.getName()));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }
}
