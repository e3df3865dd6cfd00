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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What no listener speaks, with either implementation of TLS. The clients are BoringSSL's, which
 * still can what the JDK cannot any more.
 *
 * <p>Shows G80 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsFloorChannelTest {
  private static final String CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";

  private X509Bundle certificate;
  private EmbeddedChannel client;
  private EmbeddedChannel node;
  private SslHandler clientTls;
  private SslHandler tls;

  @BeforeAll
  void make() throws Exception {
    certificate = Certificates.authority("server");
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

  private SslContext ours(SslProvider provider) throws Exception {
    ServerIdentity identity = Certificates.identity(certificate);
    return provider == SslProvider.JDK
        ? ServerContexts.jdk(identity, ClientTrust.NONE, ServerContexts.alpn(List.of("h2")))
        : ServerContexts.openSsl(identity, ClientTrust.NONE, ServerContexts.alpn(List.of("h2")));
  }

  /** A server that takes whatever its clients can, to show that they can. */
  private SslContext lax(String version, String suite) throws Exception {
    return SslContextBuilder.forServer(
            certificate.getKeyPair().getPrivate(), certificate.getCertificatePath())
        .sslProvider(SslProvider.OPENSSL)
        .protocols(version)
        .ciphers(List.of(suite))
        .build();
  }

  private SslContextBuilder client() {
    return SslContextBuilder.forClient()
        .endpointIdentificationAlgorithm("")
        .trustManager(certificate.getCertificate());
  }

  private SslContext client(String version, String suite) throws Exception {
    return client()
        .sslProvider(SslProvider.OPENSSL)
        .protocols(version)
        .ciphers(List.of(suite))
        .build();
  }

  private void shakeHands(SslContext clients, SslContext servers) {
    clientTls = clients.newHandler(client.alloc());
    tls = servers.newHandler(node.alloc());
    client.pipeline().addLast(clientTls);
    node.pipeline().addLast(tls);
    Wire.exchange(client, node);
  }

  private static boolean isDone(SslHandler side) {
    return side.handshakeFuture().isSuccess();
  }

  @ParameterizedTest
  @CsvSource({"TLSv1", "TLSv1.1"})
  void the_clients_of_these_tests_can_speak_the_old_versions(String version) throws Exception {
    shakeHands(client(version, CBC), lax(version, CBC));

    assertThat(isDone(tls)).isTrue();
    assertThat(tls.engine().getSession().getProtocol()).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({"JDK, TLSv1", "JDK, TLSv1.1", "OPENSSL, TLSv1", "OPENSSL, TLSv1.1"})
  void tls_before_1_2_is_refused(SslProvider provider, String version) throws Exception {
    assertThatThrownBy(() -> shakeHands(client(version, CBC), ours(provider)))
        .isInstanceOf(Exception.class);

    assertThat(isDone(tls)).isFalse();
    assertThat(isDone(clientTls)).isFalse();
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void the_clients_of_these_tests_can_use_cbc() throws Exception {
    shakeHands(client("TLSv1.2", CBC), lax("TLSv1.2", CBC));

    assertThat(isDone(tls)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void cipher_suites_without_authenticated_encryption_are_refused(SslProvider provider)
      throws Exception {
    assertThatThrownBy(() -> shakeHands(client("TLSv1.2", CBC), ours(provider)))
        .isInstanceOf(Exception.class);

    assertThat(isDone(tls)).isFalse();
    assertThat(node.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void every_cipher_suite_has_forward_secrecy_and_authenticated_encryption(SslProvider provider)
      throws Exception {
    assertThat(ours(provider).cipherSuites())
        .containsExactlyInAnyOrder(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  }

  @ParameterizedTest
  @CsvSource({"JDK, TLSv1.2", "JDK, TLSv1.3", "OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3"})
  void the_two_versions_there_are_are_spoken(SslProvider provider, String version)
      throws Exception {
    shakeHands(client().sslProvider(SslProvider.JDK).protocols(version).build(), ours(provider));

    assertThat(isDone(tls)).isTrue();
    assertThat(tls.engine().getSession().getProtocol()).isEqualTo(version);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_may_not_renegotiate(SslProvider provider) throws Exception {
    SslContext servers = ours(provider);
    shakeHands(client().sslProvider(SslProvider.JDK).protocols("TLSv1.2").build(), servers);
    assertThat(isDone(tls)).isTrue();
    clientTls.renegotiate();

    assertThatThrownBy(() -> Wire.exchange(client, node)).hasStackTraceContaining("renegotiation");
  }
}
