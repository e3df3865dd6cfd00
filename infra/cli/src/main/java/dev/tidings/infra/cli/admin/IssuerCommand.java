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
import dev.tidings.schemas.avro.Issuer;
import java.io.IOException;
import java.io.PrintWriter;
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
    synopsisSubcommandLabel = "create|list|show|delete")
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
      description = "Enters an issuer: the devices that its tokens name may connect.")
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
      spec.commandLine().getOut().println("issuer: " + issuer.value);
    }
  }

  @Command(name = "list", description = "Lists the issuers.")
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Columns columns = new Columns("issuer", "created", "keys", "for");
      admin
          .entries()
          .entries(ControlKind.ISSUER)
          .forEach((name, issuer) ->
              columns.row(
                  name,
                  Columns.time(issuer.getCreated()),
                  issuer.getKeysUrl() == null ? "kept" : issuer.getKeysUrl(),
                  new KeyScope(issuer.getTeam(), issuer.getApps()).words()));
      columns.print(spec.commandLine().getOut());
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(name = "show", description = "Prints an issuer with its keys.")
  void show(@Mixin AdminOptions options, @Mixin Name name)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Issuer issuer = DeviceIssuers.find(admin.entries(), name.value);
      PrintWriter out = spec.commandLine().getOut();
      out.println("issuer: " + name.value);
      out.println("for: " + new KeyScope(issuer.getTeam(), issuer.getApps()).words());
      out.println("created: " + Columns.time(issuer.getCreated()));
      line(out, "audience", issuer.getAudience());
      line(out, "keys at", issuer.getKeysUrl());
      line(out, "keys", issuer.getKeySet());
    }
  }

  private static void line(PrintWriter out, String label, @Nullable String value) {
    if (value != null) {
      out.println(label + ": " + value);
    }
  }

  @Command(name = "delete", description = "Deletes an issuer: its devices are refused.")
  void delete(@Mixin Removal removal, @Mixin Name issuer) throws IOException, InterruptedException {
    removal.write(entries -> DeviceIssuers.delete(entries, issuer.value), spec);
    spec.commandLine().getOut().println("deleted: " + issuer.value);
  }
}
