package dev.tidings.infra.cli.options;

import dev.tidings.provider.Credential;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.UnprotectedCredentialException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where ingest-api is, and how it is reached. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class ServiceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = ServiceUrl.Ingest.class,
      defaultValue = "http://127.0.0.1:8080",
      description = "Where ingest-api is (default: ${DEFAULT-VALUE}).")
  private URI url;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description = "For https: certificates in PEM to trust (default: those that Java trusts).")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--without-tls",
      description =
          "Sends the key by http to another machine too, where whoever is on the way can read and"
              + " use it.")
  private boolean withoutTls;

  /** Returns a client, which the caller closes. */
  public IngestClient client(Optional<Credential> credential) throws IOException {
    try {
      return new IngestClient(
          url, withoutTls ? credential.map(Credential::alsoWithoutTls) : credential, ca);
    } catch (UnprotectedCredentialException e) {
      throw new ParameterException(
          command.commandLine(),
          "--url: "
              + url
              + " (expected: https, for the key would be readable on the way; or --without-tls)",
          e);
    }
  }
}
