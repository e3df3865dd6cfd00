package dev.tidings.infra.cli.options;

import dev.tidings.provider.Credential;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The key that the provider's tokens are signed with. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class ProviderKeyOptions {
  @Option(
      names = "--provider-key",
      paramLabel = "FILE",
      required = true,
      converter = Values.ReadableFile.class,
      description =
          "Where the service requires it: a private key (AuthKey_KID.p8), to sign a token with.")
  private Path file;

  @Option(names = "--team", paramLabel = "ID", required = true, description = "The key's team.")
  private String team;

  @Option(
      names = "--key-id",
      paramLabel = "KID",
      description = "The key's id, if the name of its file does not say it.")
  private Optional<String> kid = Optional.empty();

  /**
   * Returns the credential.
   *
   * @param err receives a warning if others may read the file
   */
  public Credential credential(PrintWriter err) throws IOException {
    Credential credential =
        kid.isPresent()
            ? Credential.providerKey(file, team, kid.get())
            : Credential.providerKey(file, team);
    SecretFile.warnIfOthersMayRead(file, err);
    return credential;
  }
}
