package dev.tidings.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.http.BodyReader;
import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients behind a balancer that speaks the PROXY protocol, and others that would like to.
 *
 * <p>Shows G97 of docs/guarantees.md.
 */
@Timeout(60)
class BehindBalancersTest {
  private static final int WAIT_MILLIS = 60_000;

  /** How long a header may take. */
  private static final Duration HEADER = Duration.ofSeconds(4);

  private static final String GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String V1 = "PROXY TCP4 192.0.2.7 192.0.2.1 40000 443\r\n";
  private static final String OTHER = "PROXY TCP4 192.0.2.8 192.0.2.1 40000 443\r\n";
  private static final Bounds BOUNDS = new Bounds(100, 100, 100, 100);

  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void close() {
    loops.close();
  }

  private HttpServer start(String trusted, Optional<Supplier<SslContext>> tls, Bounds bounds) {
    return HttpServer.start(
        loops,
        Listener.of(new ListenAddresses(List.of(InetAddress.getLoopbackAddress())), 0, tls)
            .behind(
                new TrustedProxies(
                    AddressRanges.of(List.of(trusted)), HEADER, refused::incrementAndGet)),
        new Limits(bounds, HEADER, HEADER, Duration.ofMinutes(1), Duration.ofMinutes(1)),
        (head, exchange) -> {
          asked.incrementAndGet();
          exchange.respond(
              Response.of(
                  HttpResponseStatus.OK,
                  ("from "
                          + exchange.connection().remoteAddress()
                          + " by "
                          + exchange.connection().client())
                      .getBytes(US_ASCII)));
          return BodyReader.DROPPED;
        },
        new StatusOnly());
  }

  private static SslContext context() throws Exception {
    ServerIdentity identity = TestIdentity.of(TestIdentity.bundle());
    return SslContextBuilder.forServer(identity.key(), identity.chain()).build();
  }

  private HttpServer start() {
    return start("127.0.0.1", Optional.empty(), BOUNDS);
  }

  private static Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(WAIT_MILLIS);
    return socket;
  }

  /** What comes back until there is as much as is expected, or the end. */
  private static String answer(Socket socket, String until) throws IOException {
    StringBuilder answer = new StringBuilder();
    try {
      while (answer.indexOf(until) < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          return answer + "(end)";
        }
        answer.append((char) next);
      }
    } catch (IOException e) {
      return answer + "(reset)";
    }
    return answer.toString();
  }

  private static Socket send(HttpServer server, String text) throws IOException {
    Socket socket = connect(server);
    try {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    } catch (IOException e) {
      // It is one too many: reading tells so too.
    }
    return socket;
  }

  @Test
  void a_request_is_of_the_client_that_the_header_names() throws Exception {
    try (HttpServer server = start();
        Socket socket = send(server, V1 + GET)) {
      assertThat(answer(socket, " by 3221225991")).contains("from /192.0.2.7:40000 by");
    }
  }

  @Test
  void the_header_comes_before_tls() throws Exception {
    SslContext tls = context();
    try (HttpServer server = start("127.0.0.0/8", Optional.of(() -> tls), BOUNDS);
        Socket plain = send(server, V1)) {
      SSLContext trusting = SSLContext.getInstance("TLS");
      trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      SSLSocket socket =
          (SSLSocket)
              trusting.getSocketFactory().createSocket(plain, "localhost", server.port(), true);
      socket.startHandshake();
      socket.getOutputStream().write(GET.getBytes(US_ASCII));

      assertThat(answer(socket, " by 3221225991")).contains("from /192.0.2.7:40000 by");
    }
  }

  @Test
  void limits_by_address_count_the_clients_and_not_the_balancer() throws Exception {
    try (HttpServer server = start("127.0.0.1", Optional.empty(), new Bounds(100, 2, 100, 100));
        Socket first = send(server, V1 + GET);
        Socket second = send(server, V1 + GET)) {
      assertThat(answer(first, "from")).contains("200");
      assertThat(answer(second, "from")).contains("200");
      try (Socket third = send(server, V1 + GET)) {
        assertThat(answer(third, "from")).isEqualTo("(reset)");
      }
      try (Socket other = send(server, OTHER + GET)) {
        assertThat(answer(other, "from")).contains("200");
      }
      await().until(() -> server.connections() == 2);

      first.close();

      await().until(() -> server.connections() == 1);
      try (Socket third = send(server, V1 + GET)) {
        assertThat(answer(third, "from")).contains("200");
      }
    }
  }

  @Test
  void a_balancer_whose_header_does_not_come_takes_a_place_of_all_and_only_for_a_while()
      throws Exception {
    try (HttpServer server = start("127.0.0.1", Optional.empty(), new Bounds(2, 2, 100, 100));
        Socket silent = connect(server);
        Socket slow = send(server, "PROXY TCP4 192.0.2.7 ")) {
      await().until(() -> server.connections() == 2);
      try (Socket third = send(server, V1 + GET)) {
        assertThat(answer(third, "from")).isEqualTo("(reset)");
      }

      assertThat(answer(silent, "x")).isEqualTo("(end)");
      assertThat(answer(slow, "x")).isEqualTo("(end)");
      await().until(() -> server.connections() == 0);
      assertThat(refused).hasValue(2);
      try (Socket fourth = send(server, V1 + GET)) {
        assertThat(answer(fourth, "from")).contains("200");
      }
    }
  }

  @Test
  void a_client_begins_tls_no_more_often_than_it_may_and_others_behind_the_balancer_may()
      throws Exception {
    SslContext tls = context();
    try (HttpServer server =
        start("127.0.0.1", Optional.of(() -> tls), new Bounds(100, 100, 100, 100, 1))) {
      for (int i = 0; i < 30; i++) {
        try (Socket socket = send(server, V1 + GET)) {
          answer(socket, "never");
        }
      }
      long ofFirst = server.handshakesRefused();
      try (Socket other = send(server, OTHER + GET)) {
        answer(other, "never");
      }

      assertThat(ofFirst).isPositive();
      assertThat(server.handshakesRefused()).isEqualTo(ofFirst);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\nhost: x\r\n\r\n", "PRI * HTTP/2.0\r\n", "PROXY TCP4 x\r\n"})
  void a_balancer_without_a_header_is_not_served(String text) throws Exception {
    try (HttpServer server = start();
        Socket socket = send(server, text)) {
      assertThat(answer(socket, "from")).isIn("(end)", "(reset)");
      await().until(() -> server.connections() == 0);
      assertThat(refused).hasValue(1);
      assertThat(asked).hasValue(0);
    }
  }

  /** 10.0.0.1 is a balancer, and this client is not. */
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void nobody_else_may_send_a_header(String which) throws Exception {
    try (HttpServer server = start("10.0.0.1", Optional.empty(), BOUNDS);
        Socket socket = connect(server)) {
      socket
          .getOutputStream()
          .write(
              which.equals("v1")
                  ? (V1 + GET).getBytes(US_ASCII)
                  : HexFormat.of()
                      .parseHex("0d0a0d0a000d0a515549540a2111000cc0000207c00002019c4001bb"));

      assertThat(answer(socket, "from")).doesNotContain("200");
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void a_client_cannot_add_a_header_of_its_own_behind_the_balancers() throws Exception {
    try (HttpServer server = start();
        Socket socket = send(server, V1 + OTHER + GET)) {
      assertThat(answer(socket, "from")).doesNotContain("200");
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void a_stop_does_not_wait_for_a_header() throws Exception {
    try (HttpServer server = start();
        Socket silent = connect(server)) {
      await().until(() -> server.connections() == 1);

      server.stop().get(30, TimeUnit.SECONDS);

      assertThat(answer(silent, "x")).isEqualTo("(end)");
      assertThat(refused).hasValue(0);
    }
  }

  private static final class StatusOnly implements ErrorResponses {
    @Override
    public Response malformed(HttpResponseStatus status) {
      return Response.of(status);
    }

    @Override
    public Response failed() {
      return Response.of(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
  }
}
