package dev.tidings.ingest;

import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.pem.RevocationLists;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether providers' client certificates count, and which are revoked, as it is configured. */
final class ProviderCertificates {
  static final Setting<Boolean> COUNT =
      Setting.bool(
          "auth.providers.certificates",
          false,
          "Whether a client certificate, if tls.client.auth asks for them, counts instead of a"
              + " token; the UID in its subject is the app.");

  static final Setting<Optional<Path>> CRL =
      Setting.optionalPath(
          "auth.providers.certificates.crl",
          "File with the lists of revoked client certificates (CRLs, in PEM or DER), signed by"
              + " authorities in tls.client.ca; read again when it changes.");

  private static final Duration SOON = Duration.ofSeconds(5);

  private ProviderCertificates() {}

  /** Throws if the settings do not go together. */
  static void require(Config config) {
    boolean count = config.get(COUNT);
    if (count && !ProviderAuthentication.isRequired(config)) {
      throw ConfigException.of(
          COUNT, true, "false, unless " + ProviderAuthentication.MODE + " is keys");
    }
    if (count && config.get(IngestSettings.TLS.clientAuth()) == ClientCertificates.NONE) {
      throw ConfigException.of(
          COUNT, true, "false, unless " + IngestSettings.TLS.clientAuth() + " asks for them");
    }
    Optional<Path> crl = config.get(CRL);
    if (crl.isPresent() && !count) {
      throw ConfigException.of(CRL, crl.get(), "nothing, unless " + COUNT + " is true");
    }
  }

  /** Returns which certificates are revoked; empty if none counts. */
  static Optional<Predicate<X509Certificate>> start(
      Config config, Lifecycle lifecycle, InstantSource clock) {
    if (!config.get(COUNT)) {
      return Optional.empty();
    }
    Optional<Path> crl = config.get(CRL);
    Optional<Path> authorities = config.get(IngestSettings.TLS.clientCa());
    if (crl.isEmpty() || authorities.isEmpty()) {
      return Optional.of(_ -> false);
    }
    try {
      RevocationLists lists = RevocationLists.start(crl.get(), authorities.get(), clock);
      lifecycle.onStop("revocation lists", SOON, lists::close);
      return Optional.of(lists);
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigException.of(
          CRL, crl.get(), "lists of revoked certificates in PEM or DER, of tls.client.ca: " + e);
    }
  }
}
