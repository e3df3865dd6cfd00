package dev.tidings.auth.node;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.certificate.CertificateNames;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/**
 * Whoever has proved a certificate is a process of the installation if one of its host names or
 * URIs is among those expected; or in any case, if none are: then its authority issues certificates
 * to such processes alone.
 */
public final class CertifiedNodes implements NodeAuthenticator {
  private static final String ANY = "*.";

  private final List<String> names;

  /**
   * @param names host names, {@code *.} in front for all that end so, or URIs
   */
  public CertifiedNodes(List<String> names) {
    this.names = List.copyOf(names);
  }

  @Override
  public Decision<NodeIdentity> authenticate(
      InetAddress address, List<X509Certificate> certificates) {
    if (certificates.isEmpty()) {
      return new Decision.Refused<>(
          RefusalReason.MISSING, "certificate: none (expected: one of a node)");
    }
    X509Certificate certificate = certificates.getFirst();
    return names.isEmpty() || isExpected(certificate)
        ? new Decision.Accepted<>(new NodeIdentity(certificate.getSubjectX500Principal().getName()))
        : new Decision.Refused<>(
            RefusalReason.NOT_AUTHORIZED, "certificate: of another name (expected: a node's)");
  }

  private boolean isExpected(X509Certificate certificate) {
    try {
      return CertificateNames.uris(certificate).stream().anyMatch(names::contains)
          || CertificateNames.dnsNames(certificate).stream()
              .anyMatch(host -> names.stream().anyMatch(name -> fits(host, name)));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static boolean fits(String host, String name) {
    return name.startsWith(ANY)
        ? host.toLowerCase(Locale.ROOT).endsWith(name.substring(1).toLowerCase(Locale.ROOT))
        : host.equalsIgnoreCase(name);
  }
}
