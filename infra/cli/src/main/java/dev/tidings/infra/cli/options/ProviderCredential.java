package dev.tidings.infra.cli.options;

import dev.tidings.provider.Credential;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * What a provider proves itself by: an API key or a provider key. There is no option for the secret
 * itself, which everybody on the machine could see in the list of processes.
 */
public final class ProviderCredential {
  /** How to give one, for somebody who was refused. */
  public static final String HOW =
      "this needs an API key of the app's team (expected: TIDINGS_API_KEY, or --api-key-file FILE;"
          + " ./tidings admin api-key create makes one) or a provider key (--provider-key"
          + " AuthKey_KID.p8 --team ID; ./tidings admin key create makes one)";

  /** More than any API key has. */
  private static final int MOST_BYTES = 4 * 1024;

  static final String VARIABLE = "TIDINGS_API_KEY";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description =
          "Where the service requires it: a file with an API key (default: $" + VARIABLE + ").")
  private @Nullable Path apiKeyFile;

  @ArgGroup(exclusive = false)
  private @Nullable ProviderKeyOptions providerKey;

  /** Returns whether it is a provider key, which Apple's protocol requires. */
  public boolean isProviderKey() {
    return providerKey != null;
  }

  /**
   * Returns the credential; empty if none was given.
   *
   * @param err receives a warning if others may read its file
   */
  public Optional<Credential> read(Map<String, String> environment, PrintWriter err)
      throws IOException {
    if (providerKey != null) {
      return Optional.of(providerKey.credential(err));
    }
    if (apiKeyFile != null) {
      String key = SecretFile.read(apiKeyFile, MOST_BYTES);
      SecretFile.warnIfOthersMayRead(apiKeyFile, err);
      return Optional.of(apiKey(apiKeyFile.toString(), key));
    }
    String key = environment.getOrDefault(VARIABLE, "").strip();
    return key.isEmpty() ? Optional.empty() : Optional.of(apiKey(VARIABLE, key));
  }

  private static Credential apiKey(String source, String key) {
    try {
      return Credential.apiKey(key);
    } catch (IllegalArgumentException e) {
      // What it has instead stays unsaid.
      throw new IllegalArgumentException(
          source + " (expected: an API key, alone, as ./tidings admin api-key create prints it)",
          e);
    }
  }
}
