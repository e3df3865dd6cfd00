package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.decide.ApiKeyDecisions;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.NewSecret;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.After;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.infra.cli.admin.options.Scope;
import dev.tidings.schemas.avro.ApiKey;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys. */
@Command(
    name = "api-key",
    description = "API keys: secrets for providers that do not sign tokens.",
    synopsisSubcommandLabel = "create|list|revoke|expire",
    footer = {"", "For example:", "  tidings admin api-key list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class ApiKeyCommand implements Runnable {
  private static final CredentialActions<ApiKey> KEYS =
      new CredentialActions<>(CredentialKind.API_KEY);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with API keys: create, list, revoke or expire");
  }

  @Command(
      name = "create",
      description = {
        "Makes an API key. Its secret is printed once, alone on the standard output; only its"
            + " SHA-256 is kept. Its id is no secret."
      },
      footer = {"", "For example:", "  tidings admin api-key create --team TEAM567890 >api.key"})
  void create(@Mixin AdminOptions options, @Mixin Scope scope)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      NewSecret<ApiKey> key =
          ApiKeyDecisions.create(admin.entries(), scope.of(admin), Instant.now());
      admin.write(key.change());
      SecretPrinter.print(spec, options.output(spec), key.change().name(), key.secret().reveal());
    }
  }

  @Command(
      name = "list",
      description = "Lists the API keys; revoked ones are gone.",
      footer = {"", "For example:", "  tidings admin api-key list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    KEYS.list(options, spec);
  }

  @Command(
      name = "revoke",
      description = "Revokes an API key.",
      footer = {"", "For example:", "  tidings admin api-key revoke KEY4567890"})
  void revoke(
      @Mixin Removal removal,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "The key's id.")
          String id)
      throws IOException, InterruptedException {
    KEYS.revoke(removal, id, spec);
  }

  @Command(
      name = "expire",
      description = "Lets an API key expire after a time.",
      footer = {"", "For example:", "  tidings admin api-key expire KEY4567890 --after 2h"})
  void expire(
      @Mixin AdminOptions options,
      @Parameters(paramLabel = "ID", converter = Arguments.Id.class, description = "The key's id.")
          String id,
      @Mixin After after)
      throws IOException, InterruptedException {
    KEYS.expire(options, id, after.time(), spec);
  }
}
