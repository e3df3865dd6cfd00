package dev.tidings.net.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Creates the TLS context of connections to another process of the installation, with the same
 * versions and cipher suites as every listener has.
 */
final class PeerContexts {
  private PeerContexts() {}

  /**
   * Creates a context with this identity.
   *
   * @param authorities the authorities of the peers' certificates, whatever their names
   */
  static SslContext of(
      ServerIdentity identity, List<X509Certificate> authorities, List<String> protocols)
      throws IOException, GeneralSecurityException {
    return OpenSsl.isAvailable()
        ? SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .keyManager(identity.key(), identity.chain())
            .trustManager(authorities)
            .endpointIdentificationAlgorithm("")
            .protocols(ServerContexts.PROTOCOLS)
            .ciphers(ServerContexts.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(ServerContexts.alpn(protocols))
            .build()
        : new JdkSslContext(
            identity.context(authorities),
            true,
            ServerContexts.CIPHERS,
            SupportedCipherSuiteFilter.INSTANCE,
            ServerContexts.alpn(protocols),
            ClientAuth.NONE,
            ServerContexts.PROTOCOLS,
            false);
  }
}
