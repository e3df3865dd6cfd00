package dev.tidings.node.transport;

import dev.tidings.service.tls.ServerIdentity;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** How the front speaks TLS: 1.2 and 1.3. */
public final class MqttTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private MqttTls() {}

  /**
   * Who the front says it is.
   *
   * @param chain the key's certificate first
   */
  public static SslContext of(PrivateKey key, List<X509Certificate> chain)
      throws SSLException, GeneralSecurityException {
    if (OpenSsl.isAvailable()) {
      return SslContextBuilder.forServer(key, chain)
          .sslProvider(SslProvider.OPENSSL)
          .protocols(PROTOCOLS)
          .build();
    }
    return new JdkSslContext(
        new ServerIdentity(key, chain).context(),
        false,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        null,
        ClientAuth.NONE,
        PROTOCOLS,
        false);
  }
}
