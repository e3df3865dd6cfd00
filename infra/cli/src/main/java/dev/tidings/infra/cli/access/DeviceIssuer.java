package dev.tidings.infra.cli.access;

import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.service.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The issuer of the tokens of a stack's devices, whose key is kept in a file for its owner alone.
 *
 * @param key the file with the key
 */
public record DeviceIssuer(Path key, TokenIssuer issuer) {
  private static final String FILE = "issuer.key";
  private static final String KEY_SET = "issuer.jwks";

  /** Returns the one of a data directory; a new one is not in its file yet. */
  public static DeviceIssuer in(Path data) throws IOException {
    Path file = file(data);
    return Files.exists(file) ? read(data) : new DeviceIssuer(file, new TokenIssuer());
  }

  /** Writes its key, if there is none, and the key set that nodes read. */
  public DeviceIssuer keep() throws IOException {
    if (!Files.exists(key)) {
      PrivateFile.write(key, issuer.secret() + System.lineSeparator());
    }
    PrivateFile.write(keySet(), issuer.keySet());
    return this;
  }

  private Path keySet() {
    return key.resolveSibling(KEY_SET);
  }

  /** Returns the one of a data directory, where there has to be one. */
  public static DeviceIssuer read(Path data) throws IOException {
    Path file = file(data);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          file + ": no such file (expected: --data of a ./tidings up --closed that was started)");
    }
    try {
      return new DeviceIssuer(file, TokenIssuer.read(Files.readString(file)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file
              + " (expected: the key as ./tidings up --closed has written it; without the file, it"
              + " makes another one)",
          e);
    }
  }

  private static Path file(Path data) {
    return ProviderFiles.directory(data).resolve(FILE);
  }

  /** Returns the options with devices that need its tokens. */
  public PipelineOptions close(PipelineOptions options) {
    return options
        .with(TidingsService.DELIVERY_NODE, "auth.devices", "jwt")
        .with(
            TidingsService.DELIVERY_NODE,
            "auth.devices.issuers",
            TokenIssuer.NAME + "=" + keySet());
  }
}
