package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerIdentityTest {
  @ParameterizedTest
  @EnumSource(names = {"ecp256", "rsa2048", "ed25519"})
  void a_client_that_trusts_the_authority_shakes_hands_with_it(Algorithm algorithm)
      throws Exception {
    X509Bundle made =
        new CertificateBuilder()
            .algorithm(algorithm)
            .subject("CN=operator")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    ServerIdentity server = Certificates.identity(made);

    try (var listening =
            (SSLServerSocket)
                server
                    .context(List.of())
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var handshakes = Executors.newSingleThreadExecutor();
        var socket =
            (SSLSocket)
                trusting(made)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
      var accepted =
          handshakes.submit(() -> {
            try (var connection = (SSLSocket) listening.accept()) {
              connection.startHandshake();
              return connection.getSession().getProtocol();
            }
          });
      socket.startHandshake();

      assertThat(socket.getSession().getPeerCertificates()).containsExactly(made.getCertificate());
      assertThat(accepted.get(60, TimeUnit.SECONDS)).isEqualTo("TLSv1.3");
    }
  }

  private static SSLContext trusting(X509Bundle made) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, made.toTrustManagerFactory().getTrustManagers(), null);
    return context;
  }

  @Test
  void a_key_and_a_certificate_are_a_pair_or_not() throws Exception {
    X509Bundle one = Certificates.authority("one");
    X509Bundle other = Certificates.authority("other");

    assertThat(Certificates.identity(one).isPair()).isTrue();
    assertThat(
            new ServerIdentity(one.getKeyPair().getPrivate(), List.of(other.getCertificatePath()))
                .isPair())
        .isFalse();
  }
}
