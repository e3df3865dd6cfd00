package dev.tidings.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G7, G80 and G92 of docs/guarantees.md. */
@Timeout(60)
class HttpServerTest {
  private static final byte[] PREFACE = ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf());
  private static final int WAIT_MILLIS = 60_000;
  private static final int SETTINGS = 4;
  private static final int GONE = -1;

  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));

  @AfterEach
  void close() {
    loops.close();
  }

  private HttpServer start(int port, Optional<Supplier<SslContext>> tls) {
    return start(port, tls, new Bounds(2, 2, 100, 100));
  }

  private HttpServer start(int port, Optional<Supplier<SslContext>> tls, Bounds bounds) {
    return start(
        port,
        tls,
        bounds,
        (head, exchange) -> {
          throw new IllegalStateException("nobody asks here");
        });
  }

  private HttpServer start(
      int port, Optional<Supplier<SslContext>> tls, Bounds bounds, HttpService service) {
    Limits limits =
        new Limits(
            bounds,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1));
    return HttpServer.start(
        loops,
        new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
        port,
        tls,
        limits,
        service,
        new NobodyAsks());
  }

  private static Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(WAIT_MILLIS);
    return socket;
  }

  /** The first byte that is not of a frame's length, which is small; {@link #GONE} if closed. */
  private static int begin(Socket socket) throws IOException {
    try {
      socket.getOutputStream().write(PREFACE);
      socket.getInputStream().readNBytes(3);
      return socket.getInputStream().read();
    } catch (IOException e) {
      return GONE;
    }
  }

  @Test
  void connections_over_the_limit_are_closed_until_others_have_gone() throws Exception {
    try (HttpServer server = start(0, Optional.empty());
        Socket first = connect(server);
        Socket second = connect(server)) {
      assertThat(begin(first)).isEqualTo(SETTINGS);
      assertThat(begin(second)).isEqualTo(SETTINGS);
      try (Socket third = connect(server)) {
        assertThat(begin(third)).isEqualTo(GONE);
      }
      assertThat(server.connections()).isEqualTo(2);

      first.close();

      await().until(() -> server.connections() == 1);
      try (Socket fourth = connect(server)) {
        assertThat(begin(fourth)).isEqualTo(SETTINGS);
      }
    }
  }

  @Test
  void one_address_takes_no_more_than_its_share() throws Exception {
    try (HttpServer server = start(0, Optional.empty(), new Bounds(100, 2, 100, 100));
        Socket first = connect(server);
        Socket second = connect(server)) {
      assertThat(begin(first)).isEqualTo(SETTINGS);
      assertThat(begin(second)).isEqualTo(SETTINGS);
      try (Socket third = connect(server)) {
        assertThat(begin(third)).isEqualTo(GONE);
      }
    }
  }

  /** One connection a second, and ten at once: each costs a signature. */
  @Test
  void one_address_begins_tls_no_more_often_than_it_may() throws Exception {
    SslContext tls = context(TestIdentity.bundle());
    try (HttpServer server = start(0, Optional.of(() -> tls), new Bounds(100, 100, 100, 100, 1))) {
      int refused = 0;
      for (int i = 0; i < 40; i++) {
        try (Socket socket = connect(server)) {
          socket.getOutputStream().write("this is no TLS, and is told so".getBytes(US_ASCII));
          refused += socket.getInputStream().read() == GONE ? 1 : 0;
        } catch (IOException e) {
          refused++;
        }
      }

      assertThat(server.handshakesRefused()).isPositive().isLessThanOrEqualTo(30);
      assertThat(refused).isGreaterThanOrEqualTo((int) server.handshakesRefused());
    }
  }

  @Test
  void without_tls_there_are_no_handshakes_to_limit() throws Exception {
    try (HttpServer server = start(0, Optional.empty(), new Bounds(100, 100, 100, 100, 1))) {
      for (int i = 0; i < 20; i++) {
        try (Socket socket = connect(server)) {
          assertThat(begin(socket)).isEqualTo(SETTINGS);
        }
      }
      assertThat(server.handshakesRefused()).isZero();
    }
  }

  @Test
  void a_stop_does_not_wait_for_clients_that_ask_for_nothing() throws Exception {
    try (HttpServer server = start(0, Optional.empty());
        Socket talks = connect(server);
        Socket silent = connect(server)) {
      assertThat(begin(talks)).isEqualTo(SETTINGS);
      await().until(() -> server.connections() == 2);

      server.stop().get(30, TimeUnit.SECONDS);

      assertThat(server.connections()).isZero();
      assertThat(silent.getInputStream().read()).isEqualTo(GONE);
    }
  }

  @Test
  void an_address_that_is_taken_is_named() {
    try (HttpServer server = start(0, Optional.empty())) {
      assertThatThrownBy(() -> start(server.port(), Optional.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(server.port() + " (expected: a free one of this host)");
    }
  }

  @Test
  void within_tls_http_2_needs_no_alpn() throws Exception {
    SslContext tls = context(TestIdentity.bundle());
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (HttpServer server = start(0, Optional.of(() -> tls));
        SSLSocket socket = connect(trusting, server)) {
      assertThat(begin(socket)).isEqualTo(SETTINGS);
      assertThat(socket.getApplicationProtocol()).isEmpty();
    }
  }

  @Test
  void a_new_connection_gets_the_tls_of_its_time_and_an_open_one_keeps_its_own() throws Exception {
    X509Bundle first = TestIdentity.bundle();
    X509Bundle second = TestIdentity.bundle();
    AtomicReference<SslContext> current = new AtomicReference<>(context(first));
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (HttpServer server = start(0, Optional.of(current::get));
        SSLSocket open = connect(trusting, server)) {
      open.startHandshake();
      current.set(context(second));
      try (SSLSocket later = connect(trusting, server)) {
        assertThat(later.getSession().getPeerCertificates()[0]).isEqualTo(second.getCertificate());
      }
      assertThat(open.getSession().getPeerCertificates()[0]).isEqualTo(first.getCertificate());
      assertThat(begin(open)).isEqualTo(SETTINGS);
    }
  }

  /** What the client sends at once; its side of the connection ends with it. */
  private static String answers(Socket socket, String requests) throws IOException {
    socket.getOutputStream().write(requests.getBytes(US_ASCII));
    socket.shutdownOutput();
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  private HttpServer answering(Optional<Supplier<SslContext>> tls) {
    return start(
        0,
        tls,
        new Bounds(100, 100, 100, 100),
        (_, exchange) -> new Body(1_000, new BodyMemory(1_000), later(exchange), null));
  }

  private BodyListener later(Exchange exchange) {
    return new BodyListener() {
      @Override
      public void complete(byte[] body) {
        loops
            .workers()
            .schedule(
                () -> exchange.respond(Response.of(HttpResponseStatus.ACCEPTED)),
                200,
                TimeUnit.MILLISECONDS);
      }

      @Override
      public void tooLarge() {
        throw new IllegalStateException("it is small");
      }

      @Override
      public void noRoom() {
        throw new IllegalStateException("there is room");
      }

      @Override
      public void aborted() {
        // What the client has not sent whole is not answered.
      }

      @Override
      public void timedOut(boolean bodyMissing) {
        // Not in this test.
      }
    };
  }

  /** RFC 9112, section 9.6: as {@code nc -N}, and HTTP/1.0 of old. */
  @Test
  void a_client_that_has_ended_its_side_behind_its_requests_gets_their_answers() throws Exception {
    String request = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    try (HttpServer server = answering(Optional.empty());
        Socket one = connect(server);
        Socket two = connect(server)) {
      assertThat(answers(one, request)).startsWith("HTTP/1.1 202").contains("connection: close");
      assertThat(answers(two, request + request).split("HTTP/1.1 202", -1)).hasSize(3);
      await().until(() -> server.connections() == 0);
    }
  }

  /** RFC 8446, section 6.1: whoever has said that it sends no more may still read. */
  @Test
  void within_tls_1_3_too() throws Exception {
    SslContext context = context(TestIdentity.bundle());
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    String request = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    try (HttpServer server = answering(Optional.of(() -> context))) {
      for (String requests : List.of(request, request + request)) {
        try (SSLSocket client = connect(trusting, server)) {
          client.setEnabledProtocols(new String[] {"TLSv1.3"});
          client.startHandshake();
          assertThat(answers(client, requests).split("HTTP/1.1 202", -1))
              .hasSize(requests.split("POST", -1).length);
        }
      }
      await().until(() -> server.connections() == 0);
    }
  }

  /** A short request looks like the end of TLS, which is missing if the socket alone ends. */
  @Test
  void within_tls_1_3_whose_socket_alone_ends_short_requests_are_answered_too() throws Exception {
    SslContext context = context(TestIdentity.bundle());
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    String get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    String head = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n";
    try (HttpServer server = answering(Optional.of(() -> context))) {
      for (List<String> records :
          List.of(List.of(get), List.of(get, get), List.of(head + "{}", head, "{}"))) {
        try (Socket socket = connect(server);
            SSLSocket client =
                (SSLSocket)
                    trusting.getSocketFactory().createSocket(socket, "x", server.port(), false)) {
          client.setEnabledProtocols(new String[] {"TLSv1.3"});
          client.startHandshake();
          for (String each : records) {
            client.getOutputStream().write(each.getBytes(US_ASCII));
          }
          socket.shutdownOutput();
          String answers = new String(client.getInputStream().readAllBytes(), US_ASCII);
          assertThat(answers.split("HTTP/1.1 202", -1))
              .hasSize(String.join("", records).split("host: x", -1).length);
        }
      }
      await().until(() -> server.connections() == 0);
    }
  }

  /** Nothing is owed there, so nothing is kept open. */
  @Test
  void a_client_that_has_ended_its_side_otherwise_is_closed() throws Exception {
    String head = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n";
    try (HttpServer server = answering(Optional.empty());
        Socket silent = connect(server);
        Socket half = connect(server);
        Socket within = connect(server);
        Socket idle = connect(server)) {
      assertThat(answers(silent, "")).isEmpty();
      assertThat(answers(half, "POST /a HT")).isEmpty();
      assertThat(answers(within, head + "{")).isEmpty();
      idle.getOutputStream().write((head + "{}").getBytes(US_ASCII));
      assertThat(idle.getInputStream().read()).isPositive();
      idle.shutdownOutput();
      idle.getInputStream().readAllBytes();
      await().until(() -> server.connections() == 0);
    }
  }

  private static SslContext context(X509Bundle bundle) throws Exception {
    ServerIdentity identity = TestIdentity.of(bundle);
    return SslContextBuilder.forServer(identity.key(), identity.chain()).build();
  }

  private static SSLSocket connect(SSLContext trusting, HttpServer server) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trusting
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(WAIT_MILLIS);
    return socket;
  }

  private static final class NobodyAsks implements ErrorResponses {
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
