package dev.tidings.infra.cli.admin;

import dev.tidings.control.decide.CredentialKind;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.After;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.schemas.avro.Administrator;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Those who may use the admin port. */
@Command(
    name = "administrator",
    description = "The credentials for the admin port. admin init makes them.",
    synopsisSubcommandLabel = "list|revoke|expire",
    footer = {"", "For example:", "  tidings admin administrator list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class AdministratorCommand implements Runnable {
  private static final CredentialActions<Administrator> ALL =
      new CredentialActions<>(CredentialKind.ADMINISTRATOR);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with administrators: list, revoke or expire");
  }

  @Command(
      name = "list",
      description = "Lists the administrators; revoked ones are gone.",
      footer = {"", "For example:", "  tidings admin administrator list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    ALL.list(options, spec);
  }

  @Command(
      name = "revoke",
      description = "Revokes a credential.",
      footer = {"", "For example:", "  tidings admin administrator revoke KEY4567890"})
  void revoke(
      @Mixin Removal removal,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "Its id.")
          String id)
      throws IOException, InterruptedException {
    ALL.revoke(removal, id, spec);
  }

  @Command(
      name = "expire",
      description = "Lets a credential expire after a time.",
      footer = {"", "For example:", "  tidings admin administrator expire KEY4567890 --after 1d"})
  void expire(
      @Mixin AdminOptions options,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "Its id.")
          String id,
      @Mixin After after)
      throws IOException, InterruptedException {
    ALL.expire(options, id, after.time(), spec);
  }
}
