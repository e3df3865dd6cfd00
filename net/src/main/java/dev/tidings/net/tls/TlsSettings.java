package dev.tidings.net.tls;

import dev.tidings.service.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings that name a server's certificate.
 *
 * @param certificate the file with the chain
 * @param key the file with the key of its first certificate
 */
public record TlsSettings(Setting<Optional<Path>> certificate, Setting<Optional<Path>> key) {

  /** Returns the settings {@code PREFIX.certificate} and {@code PREFIX.key}. */
  public static TlsSettings of(String prefix) {
    return new TlsSettings(
        Setting.optionalPath(
            prefix + ".certificate",
            "PEM file with the certificate chain; without it a development CA is made in"
                + " state.dir."),
        Setting.optionalPath(
            prefix + ".key", "PEM file with the private key of " + prefix + ".certificate."));
  }
}
