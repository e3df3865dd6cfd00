package dev.tidings.infra.cli.admin;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.Administration;
import dev.tidings.control.decide.Administrators;
import dev.tidings.control.decide.NewSecret;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.schemas.avro.Administrator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The first administrator. */
@Command(
    name = "init",
    description = {
      "Makes the credential of the first administrator, for the admin port of ingest-api. It is"
          + " printed once, alone on the standard output; only its SHA-256 is kept. Its id is no"
          + " secret."
    },
    footer = {
      "",
      "For example:",
      "  tidings admin init --name anna",
      "  tidings admin init --another --name wallboard --role read"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AdminOptions options;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      converter = Arguments.Name.class,
      description = "Who it is for (default: the user and the host).")
  private Optional<String> name;

  @Option(
      names = "--role",
      paramLabel = "admin|read",
      defaultValue = "admin",
      converter = Arguments.Role.class,
      completionCandidates = Arguments.Roles.class,
      description =
          "What it may do: admin, everything; read, what changes nothing (default:"
              + " ${DEFAULT-VALUE}).")
  private AdministratorRole role;

  @Option(names = "--another", description = "Also if there is an administrator already.")
  private boolean another;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Instant now = Instant.now();
      List<String> known = Administrators.inForce(admin.entries(), now);
      if (!known.isEmpty() && !another) {
        spec.commandLine()
            .getErr()
            .println(
                "tidings: there is an administrator already: "
                    + known.getFirst()
                    + " (expected: none, or --another)");
        return ExitCode.SOFTWARE;
      }
      NewSecret<Administrator> made =
          Administrators.create(admin.entries(), name.orElseGet(admin::user), role, now);
      admin.write(made.change());
      SecretPrinter.print(spec, options.output(spec), made.change().name(), made.secret().reveal());
      return ExitCode.OK;
    }
  }
}
