package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service sees the certificates by which a client has proved who it is. */
@Timeout(60)
class ClientCertificateTest {
  private static final int WAIT_MILLIS = 20_000;
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path state;
  private final BlockingQueue<Connection> seen = new LinkedBlockingQueue<>();
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private ServerIdentity identity;

  @BeforeEach
  void makeIdentity() throws Exception {
    identity = ServerIdentity.development(state, List.of(), Instant.now());
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private HttpServer start(SslProvider provider) throws Exception {
    return HttpServer.start(
        loops,
        new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
        0,
        Optional.of(
            SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(provider)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build()),
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
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(WAIT_MILLIS);
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

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void the_chain_of_a_client_reaches_the_service(SslProvider provider) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "client", identity.key(), PASSWORD, identity.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    try (HttpServer server = start(provider)) {
      Connection connection = ask(server, keys.getKeyManagers());

      assertThat(connection.isSecure()).isTrue();
      assertThat(connection.certificates()).first().isEqualTo(identity.chain().getFirst());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_without_a_certificate_has_none(SslProvider provider) throws Exception {
    try (HttpServer server = start(provider)) {
      assertThat(ask(server).certificates()).isEmpty();
    }
  }
}
