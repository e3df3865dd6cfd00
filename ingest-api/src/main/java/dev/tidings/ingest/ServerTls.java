package dev.tidings.ingest;

import dev.tidings.net.tls.ServerContexts;
import dev.tidings.net.tls.ServerIdentity;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLException;

/** The TLS configuration of the server. */
final class ServerTls {

  static SslContext of(ServerIdentity identity) throws SSLException, GeneralSecurityException {
    return ServerContexts.of(
        "HTTPS",
        identity,
        List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));
  }

  private ServerTls() {}
}
