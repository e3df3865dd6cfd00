package dev.tidings.net.tls;

import dev.tidings.service.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a listener's TLS.
 *
 * @param certificate the file with the server's chain
 * @param key the file with the key of its first certificate
 * @param clientCa the file with the authorities of clients' certificates
 * @param clientAuth whether clients are asked for certificates
 */
public record TlsSettings(
    Setting<Optional<Path>> certificate,
    Setting<Optional<Path>> key,
    Setting<Optional<Path>> clientCa,
    Setting<ClientCertificates> clientAuth) {

  /** Returns the settings whose names begin with {@code PREFIX.} */
  public static TlsSettings of(String prefix) {
    return new TlsSettings(
        Setting.optionalPath(
            prefix + ".certificate",
            "PEM file with the certificate chain, the server's own first; read again when it"
                + " changes. Without it and its key, the port is not opened."),
        Setting.optionalPath(
            prefix + ".key",
            "PEM file with the private key of "
                + prefix
                + ".certificate: PKCS#8, PKCS#1 or SEC 1, not encrypted."),
        Setting.optionalPath(
            prefix + ".client.ca",
            "PEM file with the authorities that issue clients' certificates, if "
                + prefix
                + ".client.auth asks for them."),
        Setting.choice(
            prefix + ".client.auth",
            ClientCertificates.class,
            ClientCertificates.NONE,
            "Whether clients are asked for a certificate: none: no; want: they may have none; need:"
                + " those without one are refused."));
  }

  /** Returns all of them. */
  public List<Setting<?>> all() {
    return List.of(certificate, key, clientCa, clientAuth);
  }
}
