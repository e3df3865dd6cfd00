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
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

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

  /**
   * Creates the JDK's context with this identity, which compares no host names even where the JDK
   * does so unasked, as in its HTTP client.
   *
   * @param expected whether a certificate of the authorities is a peer's
   */
  static SSLContext blocking(
      ServerIdentity identity,
      List<X509Certificate> authorities,
      Predicate<X509Certificate> expected)
      throws GeneralSecurityException {
    return identity.context(authorities, trust -> new AnyAddressTrust(trust, expected));
  }
}
