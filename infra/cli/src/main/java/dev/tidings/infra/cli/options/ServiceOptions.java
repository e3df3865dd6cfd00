package dev.tidings.infra.cli.options;

import dev.tidings.infra.cli.output.Output;
import dev.tidings.provider.Credential;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.NoAnswerException;
import dev.tidings.provider.NotAuthorizedException;
import dev.tidings.provider.UnprotectedCredentialException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where ingest-api is, how it is reached, and as whom; and how its answers are printed. */
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

  @ArgGroup private ProviderCredential credential = new ProviderCredential();

  @Option(names = "--json", description = "Prints JSON, an object in a line.")
  private boolean json;

  /** What a command asks the service. */
  public interface Question {
    /** Asks, and returns the exit code. */
    int ask(IngestClient ingest) throws IOException, InterruptedException;
  }

  /** Asks the service; whoever is refused is told how to prove who they are. */
  public int ask(Question question) throws IOException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    try (IngestClient ingest = client(credential())) {
      return question.ask(ingest);
    } catch (NotAuthorizedException e) {
      err.println("tidings: " + e.getMessage());
      err.println("tidings: " + ProviderCredential.HOW);
      return ExitCode.SOFTWARE;
    }
  }

  /** Returns what proves who asks, if it was given. */
  public Optional<Credential> credential() throws IOException {
    return credential.read(System.getenv(), command.commandLine().getErr());
  }

  /** Returns whether that is a provider key, with which Apple's protocol is used. */
  public boolean isProviderKey() {
    return credential.isProviderKey();
  }

  /** Returns where answers are printed. */
  public Output output() {
    return Output.of(command, json);
  }

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
    } catch (NoAnswerException e) {
      // Nothing is asked yet: it is about the file.
      throw new ParameterException(command.commandLine(), "--ca: " + e.getMessage(), e);
    }
  }
}
