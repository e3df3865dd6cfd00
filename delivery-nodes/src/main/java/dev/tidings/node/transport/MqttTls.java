package dev.tidings.node.transport;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** How the front speaks TLS: 1.2 and 1.3. */
public final class MqttTls {
  private MqttTls() {}

  /**
   * Who the front says it is.
   *
   * @param chain the key's certificate first
   */
  public static SslContext of(PrivateKey key, List<X509Certificate> chain) throws SSLException {
    return SslContextBuilder.forServer(key, chain)
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }
}
