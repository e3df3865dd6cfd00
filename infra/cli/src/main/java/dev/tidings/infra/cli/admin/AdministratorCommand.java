package dev.tidings.infra.cli.admin;

import dev.tidings.control.decide.CredentialKind;
import dev.tidings.infra.cli.options.Times;
import dev.tidings.schemas.avro.Administrator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Those who may use the admin port. */
@Command(
    name = "administrator",
    description = "The credentials for the admin port. admin init makes them.",
    synopsisSubcommandLabel = "list|revoke|expire")
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

  @Command(name = "list", description = "Lists the administrators; revoked ones are gone.")
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      ALL.list(admin, Instant.now(), spec.commandLine().getOut());
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(name = "revoke", description = "Revokes a credential.")
  void revoke(
      @Mixin AdminOptions options,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "Its id.")
          String id)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      ALL.revoke(admin, id, spec.commandLine().getOut());
    }
  }

  @Command(name = "expire", description = "Lets a credential expire after a time.")
  void expire(
      @Mixin AdminOptions options,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "Its id.")
          String id,
      @Option(
              names = "--after",
              paramLabel = "DURATION",
              required = true,
              converter = Times.class,
              description = "How long it is still accepted: 15m, 2h, 7d.")
          Duration after)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      ALL.expire(admin, id, after, Instant.now(), spec.commandLine().getOut());
    }
  }
}
