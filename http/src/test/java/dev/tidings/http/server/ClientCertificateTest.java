package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A service sees the certificates by which a client has proved who it is.
 *
 * <p>Shows G93 of docs/guarantees.md.
 */
@Timeout(60)
class ClientCertificateTest {
  private static final int WAIT_MILLIS = 60_000;
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path directory;
  private final BlockingQueue<Connection> seen = new LinkedBlockingQueue<>();
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private X509Bundle authority;
  private ReloadingTls tls;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = TestIdentity.bundle();
  }

  @AfterEach
  void close() {
    tls.close();
    loops.close();
  }

  private Path file(String name, String pem) throws Exception {
    return Files.writeString(directory.resolve(name), pem);
  }

  private HttpServer start(ClientCertificates wanted) throws Exception {
    X509Bundle server = TestIdentity.bundle();
    tls =
        ReloadingTls.start(
            "https",
            new TlsFiles(
                file("server.pem", server.getCertificatePathPEM()),
                file("server.key", server.getPrivateKeyPEM()),
                Optional.of(file("clients.pem", authority.getCertificatePEM())),
                wanted),
            List.of("h2", "http/1.1"),
            InstantSource.system(),
            new SimpleMeterRegistry());
    return HttpServer.start(
        loops,
        new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
        0,
        Optional.of(tls),
        new Limits(
            new Bounds(10, 10, 10, 10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1)),
        (request, exchange) -> {
          List<X509Certificate> known = new ArrayList<>(exchange.connection().certificates());
          assertThat(exchange.connection().certificates()).isEqualTo(known);
          seen.add(exchange.connection());
          exchange.respond(Response.of(HttpResponseStatus.OK));
          return BodyReader.DROPPED;
        },
        Problem.RESPONSES);
  }

  private Connection ask(HttpServer server, KeyManager... keys) throws Exception {
    return ask(server, context(keys), "TLSv1.3");
  }

  private static SSLContext context(KeyManager... keys) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return context;
  }

  private Connection ask(HttpServer server, SSLContext context, String protocol) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(WAIT_MILLIS);
      socket.setEnabledProtocols(new String[] {protocol});
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
      Connection connection = seen.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(((InetSocketAddress) connection.remoteAddress()).getPort())
          .isEqualTo(socket.getLocalPort());
      return connection;
    }
  }

  private static KeyManager[] client(X509Bundle authority) throws Exception {
    X509Bundle client =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=client")
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(authority);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "client", client.getKeyPair().getPrivate(), PASSWORD, client.getCertificatePath());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    return keys.getKeyManagers();
  }

  @ParameterizedTest
  @EnumSource(names = {"WANT", "NEED"})
  void the_chain_of_a_client_reaches_the_service(ClientCertificates wanted) throws Exception {
    try (HttpServer server = start(wanted)) {
      Connection connection = ask(server, client(authority));

      assertThat(connection.isSecure()).isTrue();
      assertThat(connection.certificates())
          .first()
          .satisfies(certificate ->
              assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=client"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_client_that_resumes_its_session_still_has_its_certificate(String protocol)
      throws Exception {
    try (HttpServer server = start(ClientCertificates.WANT)) {
      SSLContext remembers = context(client(authority));
      List<X509Certificate> first = ask(server, remembers, protocol).certificates();

      for (int i = 0; i < 3; i++) {
        assertThat(ask(server, remembers, protocol).certificates()).isNotEmpty().isEqualTo(first);
      }
    }
  }

  @Test
  void a_client_without_a_certificate_has_none_where_it_is_only_wanted() throws Exception {
    try (HttpServer server = start(ClientCertificates.WANT)) {
      assertThat(ask(server).certificates()).isEmpty();
    }
  }

  @Test
  void a_client_without_a_certificate_is_refused_where_one_is_needed() throws Exception {
    try (HttpServer server = start(ClientCertificates.NEED)) {
      assertThatThrownBy(() -> ask(server)).isInstanceOf(IOException.class);
      assertThat(seen).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WANT", "NEED"})
  void a_client_of_another_authority_is_refused(ClientCertificates wanted) throws Exception {
    try (HttpServer server = start(wanted)) {
      assertThatThrownBy(() -> ask(server, client(TestIdentity.bundle())))
          .isInstanceOf(IOException.class);
      assertThat(seen).isEmpty();
    }
  }
}
