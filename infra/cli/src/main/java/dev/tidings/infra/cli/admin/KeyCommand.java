package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.credential.P256;
import dev.tidings.control.credential.PrivateKeyPem;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.ProviderKeys;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.After;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.infra.cli.admin.options.Scope;
import dev.tidings.infra.cli.credential.PrivateKeyFile;
import dev.tidings.infra.cli.credential.PublicKeyFile;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.schemas.avro.ProviderKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys that providers' tokens are signed with. */
@Command(
    name = "key",
    description = "The keys of providers' tokens (JWT, ES256), as Apple's .p8 files.",
    synopsisSubcommandLabel = "create|register|list|revoke|expire",
    footer = {"", "For example:", "  tidings admin key list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class KeyCommand implements Runnable {
  private static final CredentialActions<ProviderKey> KEYS =
      new CredentialActions<>(CredentialKind.PROVIDER_KEY);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with keys: create, register, list, revoke or expire");
  }

  @Command(
      name = "create",
      description = {
        "Makes a key pair. The private key is written once, as AuthKey_KID.p8 for its owner alone;"
            + " only the public key is kept."
      },
      footer = {
        "",
        "For example:",
        "  tidings admin key create --team TEAM567890 --apps com.example.news"
      })
  void create(
      @Mixin AdminOptions options,
      @Mixin Scope scope,
      @Parameters(
              paramLabel = "DIR",
              arity = "0..1",
              converter = Arguments.KeyPlace.class,
              defaultValue = ".",
              description =
                  "Where to write the file, or - for the standard output (default: the current"
                      + " directory).")
          String where)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      KeyPair pair = P256.newPair();
      ControlChange<ProviderKey> key =
          ProviderKeys.create(admin.entries(), scope.of(admin), pair.getPublic(), Instant.now());
      String kid = key.name();
      if (where.equals(Arguments.KeyPlace.STANDARD_OUTPUT)) {
        admin.write(key);
        SecretPrinter.print(
            spec, options.output(spec), "kid", kid, PrivateKeyPem.of(pair.getPrivate()).strip());
        return;
      }
      // Before the entry: a full disk would leave an entry whose private key is lost.
      Path file = PrivateKeyFile.write(Path.of(where), kid, pair.getPrivate());
      try {
        admin.write(key);
      } catch (RuntimeException | InterruptedException e) {
        Files.deleteIfExists(file);
        throw e;
      }
      options.output(spec).print(Facts.of("kid", kid).and("file", file));
    }
  }

  @Command(
      name = "register",
      description = {
        "Registers the public key of a pair that a provider has: openssl ec -in AuthKey.p8 -pubout."
      },
      footer = {
        "",
        "For example:",
        "  tidings admin key register --public-key AuthKey.pub --team TEAM567890"
      })
  void register(
      @Mixin AdminOptions options,
      @Mixin Scope scope,
      @Option(
              names = "--public-key",
              paramLabel = "FILE",
              required = true,
              converter = Values.ReadableFile.class,
              description = "A public key of P-256 in PEM.")
          Path file,
      @Option(
              names = "--id",
              paramLabel = "KID",
              converter = Arguments.Id.class,
              description =
                  "The kid of its tokens: 10 characters of A-Z and 0-9 (default: random). Take the"
                      + " one that you have from Apple.")
          Optional<String> chosen)
      throws IOException, InterruptedException {
    PublicKey key = PublicKeyFile.read(file);
    try (Administration admin = options.open()) {
      ControlChange<ProviderKey> registered =
          ProviderKeys.register(admin.entries(), scope.of(admin), key, chosen, Instant.now());
      admin.write(registered);
      options.output(spec).print(Facts.of("kid", registered.name()));
    }
  }

  @Command(
      name = "list",
      description = "Lists the keys; revoked ones are gone.",
      footer = {"", "For example:", "  tidings admin key list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    KEYS.list(options, spec);
  }

  @Command(
      name = "revoke",
      description = "Revokes a key: its tokens are refused, on open connections too.",
      footer = {"", "For example:", "  tidings admin key revoke KEY4567890"})
  void revoke(
      @Mixin Removal removal,
      @Parameters(paramLabel = "KID", converter = Arguments.Id.class, description = "The key.")
          String kid)
      throws IOException, InterruptedException {
    KEYS.revoke(removal, kid, spec);
  }

  @Command(
      name = "expire",
      description = {
        "Lets a key expire after a time. To rotate: create another, let this one expire, and sign"
            + " with the other in the meantime."
      },
      footer = {"", "For example:", "  tidings admin key expire KEY4567890 --after 7d"})
  void expire(
      @Mixin AdminOptions options,
      @Parameters(paramLabel = "KID", converter = Arguments.Id.class, description = "The key.")
          String kid,
      @Mixin After after)
      throws IOException, InterruptedException {
    KEYS.expire(options, kid, after.time(), spec);
  }
}
