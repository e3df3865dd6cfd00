package dev.tidings.node.transport;

import dev.tidings.net.tls.ClientTrust;
import dev.tidings.net.tls.ServerContexts;
import dev.tidings.net.tls.ServerIdentity;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;

/** The certificate of a test's node. */
final class TestIdentity {
  private TestIdentity() {}

  /** One for this machine that has issued itself. */
  static X509Bundle bundle() throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=node")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  /** Its TLS for MQTT, as the node has it by default. */
  static SslContext context(ServerIdentity identity) throws IOException, GeneralSecurityException {
    return ServerContexts.of("mqtts", identity, ClientTrust.NONE, MqttTls.MQTT_PROTOCOLS);
  }

  /** Its TLS on every port. */
  static TlsContexts contexts(ServerIdentity identity)
      throws IOException, GeneralSecurityException {
    SslContext mqtt = context(identity);
    SslContext webSocket =
        ServerContexts.of("wss", identity, ClientTrust.NONE, MqttTls.WEB_SOCKET_PROTOCOLS);
    return new TlsContexts(() -> mqtt, () -> webSocket);
  }

  static ServerIdentity of(X509Bundle bundle) {
    return new ServerIdentity(
        bundle.getKeyPair().getPrivate(), List.of(bundle.getCertificatePath()));
  }
}
