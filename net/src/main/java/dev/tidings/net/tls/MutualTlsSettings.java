package dev.tidings.net.tls;

import dev.tidings.service.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of TLS between the processes of one installation.
 *
 * @param certificate the file with this process's chain
 * @param key the file with the key of its first certificate
 * @param authorities the file with the authorities of the others' certificates
 */
public record MutualTlsSettings(
    Setting<Optional<Path>> certificate,
    Setting<Optional<Path>> key,
    Setting<Optional<Path>> authorities) {

  /** Returns the settings whose names begin with {@code PREFIX.} */
  public static MutualTlsSettings of(String prefix) {
    return new MutualTlsSettings(
        Setting.optionalPath(
            prefix + ".certificate",
            "PEM file with the certificate chain by which this process proves itself to the others,"
                + " its own first; read again when it changes, as the next two are."),
        Setting.optionalPath(
            prefix + ".key",
            "PEM file with the private key of "
                + prefix
                + ".certificate: PKCS#8, PKCS#1 or SEC 1, not encrypted."),
        Setting.optionalPath(
            prefix + ".ca",
            "PEM file with the authorities that have issued the others' certificates: whoever has"
                + " one of them is believed to be one of the others."));
  }
}
