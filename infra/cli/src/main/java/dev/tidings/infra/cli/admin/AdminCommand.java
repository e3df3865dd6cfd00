package dev.tidings.infra.cli.admin;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What administrators decide. */
@Command(
    name = "admin",
    description = {
      "Decides who may send to which apps, and how much: teams, apps, the keys of providers, and"
          + " limits; who signs the tokens of devices; and who may use the admin port.",
      "Writes to Kafka directly. Every service follows within a second, and every change leaves a"
          + " line in the topic tidings.audit. Of two administrators who change the same entry at"
          + " the same time, the last one wins."
    },
    synopsisSubcommandLabel = "init|team|app|key|api-key|issuer|webhook|limit|administrator",
    subcommands = {
      InitCommand.class,
      TeamCommand.class,
      AppCommand.class,
      KeyCommand.class,
      ApiKeyCommand.class,
      IssuerCommand.class,
      WebhookCommand.class,
      LimitCommand.class,
      AdministratorCommand.class
    },
    footer = {"", "For example:", "  tidings admin team create News", "  tidings admin key --help"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class AdminCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to decide about: init, team, app, key, api-key, issuer, webhook, limit or"
            + " administrator");
  }
}
