package dev.tidings.auth.provider;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider sent to prove who it is.
 *
 * @param authorization the value of the request's {@code authorization} header, if it has one
 * @param certificates that it proved in the TLS handshake, its own first; none without TLS
 */
public record ProviderCredentials(
    @Nullable String authorization, List<X509Certificate> certificates) {

  /** Says which credentials there are, without any secret. */
  @Override
  public String toString() {
    return "ProviderCredentials[authorization: "
        + (authorization != null)
        + ", certificates: "
        + certificates.size()
        + "]";
  }
}
