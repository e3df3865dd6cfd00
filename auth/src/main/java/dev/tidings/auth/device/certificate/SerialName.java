package dev.tidings.auth.device.certificate;

import dev.tidings.auth.certificate.CertificateNames;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The serial number that a certificate names: what follows {@code urn:tidings:device:} in a URI
 * among its alternative names, or if there is no such URI, the common name of its subject. If there
 * are several, it names none.
 */
final class SerialName {
  static final String PREFIX = "urn:tidings:device:";

  private SerialName() {}

  static Optional<String> of(X509Certificate certificate) throws CertificateParsingException {
    List<String> uris =
        CertificateNames.uris(certificate).stream()
            .filter(uri -> uri.startsWith(PREFIX))
            .map(uri -> uri.substring(PREFIX.length()))
            .toList();
    return only(uris.isEmpty() ? CertificateNames.commonNames(certificate) : uris);
  }

  private static Optional<String> only(List<String> names) {
    return names.size() == 1 && !names.getFirst().isEmpty()
        ? Optional.of(names.getFirst())
        : Optional.empty();
  }
}
