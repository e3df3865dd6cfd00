package dev.tidings.node.transport;

import dev.tidings.net.tls.ServerContexts;
import dev.tidings.net.tls.ServerIdentity;
import io.netty.handler.ssl.SslContext;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Creates the front end's TLS context. */
public final class MqttTls {
  /** The protocol name registered for ALPN; most devices offer none. */
  private static final List<String> APPLICATION_PROTOCOLS = List.of("mqtt");

  /**
   * Creates a context.
   *
   * @param chain the certificate chain, the key's certificate first
   */
  public static SslContext of(PrivateKey key, List<X509Certificate> chain)
      throws SSLException, GeneralSecurityException {
    return ServerContexts.of(
        "MQTT over TLS", new ServerIdentity(key, chain), APPLICATION_PROTOCOLS);
  }

  private MqttTls() {}
}
