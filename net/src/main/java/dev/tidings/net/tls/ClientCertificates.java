package dev.tidings.net.tls;

import io.netty.handler.ssl.ClientAuth;

/** The choice whether a listener asks its clients for certificates. */
public enum ClientCertificates {
  /** They are not asked. */
  NONE(ClientAuth.NONE),
  /** They are asked, and may have none; one that cannot be verified ends the handshake. */
  WANT(ClientAuth.OPTIONAL),
  /** Those without one are refused. */
  NEED(ClientAuth.REQUIRE);

  private final ClientAuth auth;

  ClientCertificates(ClientAuth auth) {
    this.auth = auth;
  }

  ClientAuth auth() {
    return auth;
  }
}
