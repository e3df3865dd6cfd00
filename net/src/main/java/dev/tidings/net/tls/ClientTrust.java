package dev.tidings.net.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The clients' certificates that a listener accepts.
 *
 * @param wanted whether clients are asked for one
 * @param authorities the authorities that have to have issued them; empty if none are asked for
 */
public record ClientTrust(ClientCertificates wanted, List<X509Certificate> authorities) {
  /** Clients are not asked. */
  public static final ClientTrust NONE = new ClientTrust(ClientCertificates.NONE, List.of());

  public ClientTrust {
    authorities = List.copyOf(authorities);
    if (authorities.isEmpty() != (wanted == ClientCertificates.NONE)) {
      throw new IllegalArgumentException(
          "authorities: " + authorities.size() + " (expected: some, unless clients are not asked)");
    }
  }
}
