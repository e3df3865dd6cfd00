package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handshakes of clients that are asked for a certificate, with either implementation of TLS.
 *
 * <p>Shows G93 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientCertificatesChannelTest {
  private X509Bundle server;
  private X509Bundle authority;
  private X509Bundle known;
  private X509Bundle stranger;
  private EmbeddedChannel client;
  private EmbeddedChannel node;
  private SslHandler tls;

  @BeforeAll
  void make() throws Exception {
    server = Certificates.authority("server");
    authority = Certificates.authority("clients");
    known = Certificates.client(authority);
    stranger = Certificates.client(Certificates.authority("clients"));
  }

  @BeforeEach
  void open() {
    client = new EmbeddedChannel();
    node = new EmbeddedChannel();
  }

  @AfterEach
  void close() {
    try {
      client.finishAndReleaseAll();
    } finally {
      node.finishAndReleaseAll();
    }
  }

  private void shakeHands(
      SslProvider provider, ClientCertificates wanted, String version, Optional<X509Bundle> own)
      throws Exception {
    ClientTrust clients = new ClientTrust(wanted, List.of(authority.getCertificate()));
    ServerIdentity identity = Certificates.identity(server);
    SslContext context =
        provider == SslProvider.JDK
            ? ServerContexts.jdk(identity, clients, ServerContexts.alpn(List.of("h2")))
            : ServerContexts.openSsl(identity, clients, ServerContexts.alpn(List.of("h2")));
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(version)
            .endpointIdentificationAlgorithm("")
            .trustManager(server.getCertificate());
    own.ifPresent(bundle ->
        builder.keyManager(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()));
    tls = context.newHandler(node.alloc());
    node.pipeline().addLast(tls);
    client.pipeline().addLast(builder.build().newHandler(client.alloc()));
    Wire.exchange(client, node);
  }

  private boolean isDone() {
    return tls.handshakeFuture().isSuccess();
  }

  @ParameterizedTest
  @CsvSource({
    "JDK, WANT, TLSv1.2",
    "JDK, NEED, TLSv1.3",
    "OPENSSL, WANT, TLSv1.3",
    "OPENSSL, NEED, TLSv1.2",
    "OPENSSL, NEED, TLSv1.3"
  })
  void the_chain_of_a_client_is_known_once_it_is_verified(
      SslProvider provider, ClientCertificates wanted, String version) throws Exception {
    shakeHands(provider, wanted, version, Optional.of(known));

    assertThat(isDone()).isTrue();
    assertThat(node.pipeline().get(SslHandler.class).engine().getSession().getPeerCertificates()[0])
        .isEqualTo(known.getCertificate());
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_without_one_is_served_where_it_is_only_wanted(SslProvider provider)
      throws Exception {
    shakeHands(provider, ClientCertificates.WANT, "TLSv1.3", Optional.empty());

    assertThat(isDone()).isTrue();
    assertThatThrownBy(
            () -> node.pipeline().get(SslHandler.class).engine().getSession().getPeerCertificates())
        .isInstanceOf(SSLPeerUnverifiedException.class);
  }

  @ParameterizedTest
  @CsvSource({"JDK, TLSv1.2", "JDK, TLSv1.3", "OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3"})
  void a_client_without_one_is_refused_where_it_is_needed(SslProvider provider, String version) {
    assertThatThrownBy(
            () -> shakeHands(provider, ClientCertificates.NEED, version, Optional.empty()))
        .isInstanceOf(Exception.class);
    assertThat(isDone()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"JDK, WANT", "JDK, NEED", "OPENSSL, WANT", "OPENSSL, NEED"})
  void a_certificate_of_another_authority_of_the_same_name_is_refused(
      SslProvider provider, ClientCertificates wanted) {
    assertThatThrownBy(() -> shakeHands(provider, wanted, "TLSv1.3", Optional.of(stranger)))
        .isInstanceOf(Exception.class);
    assertThat(isDone()).isFalse();
  }
}
