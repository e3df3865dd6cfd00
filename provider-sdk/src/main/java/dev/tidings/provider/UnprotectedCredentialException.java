package dev.tidings.provider;

import java.net.URI;

/**
 * A credential would be sent to another machine without TLS, readable for whoever is on the way.
 */
public final class UnprotectedCredentialException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnprotectedCredentialException(URI url) {
    super(
        url
            + ": a credential would be readable on the way there (expected: an https URL, or a"
            + " credential that is alsoWithoutTls)");
  }
}
