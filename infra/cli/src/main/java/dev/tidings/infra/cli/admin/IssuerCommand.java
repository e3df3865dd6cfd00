package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.IssuerKeySource;
import dev.tidings.control.decide.DeviceIssuers;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.infra.cli.admin.options.Scope;
import dev.tidings.infra.cli.credential.IssuerKeysFile;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import dev.tidings.schemas.avro.Issuer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Who signs the tokens of devices. */
@Command(
    name = "issuer",
    description = {
      "Who signs the tokens of a team's devices. They are JSON Web Tokens; their iss is the"
          + " issuer's name.",
      "An issuer of the same name in auth.devices.issuers of a delivery node counts there instead."
    },
    synopsisSubcommandLabel = "create|list|show|delete",
    footer = {"", "For example:", "  tidings admin issuer list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class IssuerCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with issuers: create, list, show or delete");
  }

  /** Which issuer is meant. */
  // picocli sets the field.
  @SuppressWarnings("NullAway.Init")
  static final class Name {
    @Parameters(
        paramLabel = "ISSUER",
        converter = Arguments.Issuer.class,
        description = "The iss of its tokens.")
    private String value;
  }

  /** Where its keys are. */
  static final class Keys {
    @Option(
        names = "--jwks-url",
        paramLabel = "URL",
        description =
            "Of its JSON Web Key Set: https, at public addresses, or on a host in"
                + " auth.devices.trusted.hosts of the delivery nodes.")
    private @Nullable String url;

    @Option(
        names = "--jwks",
        paramLabel = "FILE",
        description = "Its JSON Web Key Set; of the keys only what is public is kept.")
    private @Nullable Path keySet;

    @Option(
        names = "--public-key",
        paramLabel = "FILE",
        description = "Its only key: P-256, RSA or Ed25519 in PEM.")
    private @Nullable Path publicKey;

    private IssuerKeySource read() throws IOException {
      if (url != null) {
        return IssuerKeySource.atUrl("--jwks-url", url);
      }
      return keySet != null
          ? IssuerKeysFile.keySet("--jwks", keySet)
          : IssuerKeysFile.publicKey("--public-key", Objects.requireNonNull(publicKey));
    }
  }

  @Command(
      name = "create",
      description = "Enters an issuer: the devices that its tokens name may connect.",
      footer = {
        "",
        "For example:",
        "  tidings admin issuer create https://id.example.com --team TEAM567890 --jwks-url"
            + " https://id.example.com/jwks.json"
      })
  void create(
      @Mixin AdminOptions options,
      @Mixin Name issuer,
      @Mixin Scope scope,
      @ArgGroup(exclusive = true, multiplicity = "1") Keys keys,
      @Option(
              names = "--audience",
              paramLabel = "TEXT",
              converter = Arguments.Audience.class,
              description =
                  "What the tokens' aud has to contain (default: what auth.devices.audience says).")
          Optional<String> audience)
      throws IOException, InterruptedException {
    IssuerKeySource source = keys.read();
    try (Administration admin = options.open()) {
      ControlChange<Issuer> change =
          DeviceIssuers.create(
              admin.entries(), issuer.value, scope.of(admin), source, audience, Instant.now());
      admin.write(change);
      options.output(spec).print(Facts.of("issuer", issuer.value));
    }
  }

  @Command(
      name = "list",
      description = "Lists the issuers.",
      footer = {"", "For example:", "  tidings admin issuer list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("issuer", "created", "keys", "for");
      admin
          .entries()
          .entries(ControlKind.ISSUER)
          .forEach((name, issuer) ->
              table.row(
                  name,
                  Table.time(issuer.getCreated()),
                  issuer.getKeysUrl() == null ? "kept" : issuer.getKeysUrl(),
                  new KeyScope(issuer.getTeam(), issuer.getApps()).words()));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(
      name = "show",
      description = "Prints an issuer with its keys.",
      footer = {"", "For example:", "  tidings admin issuer show https://id.example.com"})
  void show(@Mixin AdminOptions options, @Mixin Name name)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Issuer issuer = DeviceIssuers.find(admin.entries(), name.value);
      options
          .output(spec)
          .print(
              Facts.of("issuer", name.value)
                  .and("for", new KeyScope(issuer.getTeam(), issuer.getApps()).words())
                  .and("created", Table.time(issuer.getCreated()))
                  .and("audience", issuer.getAudience())
                  .and("keys at", issuer.getKeysUrl())
                  .and("keys", issuer.getKeySet()));
    }
  }

  @Command(
      name = "delete",
      description = "Deletes an issuer: its devices are refused.",
      footer = {"", "For example:", "  tidings admin issuer delete https://id.example.com"})
  void delete(@Mixin Removal removal, @Mixin Name issuer) throws IOException, InterruptedException {
    removal.write(entries -> DeviceIssuers.delete(entries, issuer.value), spec);
    removal.output(spec).print(Facts.of("deleted", issuer.value));
  }
}
