package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.server.HttpServer;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ClientTrust;
import dev.tidings.net.tls.ServerContexts;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was agreed on within TLS is what is spoken. */
@Timeout(60)
class AlpnTest {
  private static final int WAIT_MILLIS = 60_000;
  private static final int GOAWAY = 7;
  private static final int SETTINGS = 4;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

  @TempDir private Path state;
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    SslContext tls =
        ServerContexts.of(
            "https", TestCertificate.in(state), ClientTrust.NONE, ServerTls.APPLICATION_PROTOCOLS);
    Duration aMinute = Duration.ofMinutes(1);
    server =
        HttpServer.start(
            loops,
            new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
            0,
            Optional.of(() -> tls),
            new Limits(
                new Bounds(10, 10, 10, 10), aMinute, aMinute, aMinute, Duration.ofSeconds(1)),
            (head, exchange) -> {
              exchange.respond(Response.of(HttpResponseStatus.OK));
              return BodyReader.DROPPED;
            },
            new ApnsErrors());
  }

  @AfterEach
  void stop() {
    server.close();
    loops.close();
  }

  private Socket tcp() throws Exception {
    Socket tcp = new Socket(InetAddress.getLoopbackAddress(), server.port());
    tcp.setSoTimeout(WAIT_MILLIS);
    return tcp;
  }

  private static SSLSocket tls(Socket tcp, String version, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", 1, false);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return socket;
  }

  private static byte[] say(SSLSocket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket.getInputStream().readNBytes(12);
  }

  @Test
  void who_agrees_on_h2_is_not_served_http_1() throws Exception {
    try (Socket tcp = tcp();
        SSLSocket socket = tls(tcp, "TLSv1.3", "h2", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      say(socket, GET);
      byte[] rest = socket.getInputStream().readAllBytes();

      assertThat(new String(rest, StandardCharsets.US_ASCII)).doesNotContain("200 OK");
      assertThat(rest).contains(GOAWAY);
    }
  }

  @Test
  void who_agrees_on_http_1_is_not_served_h2() throws Exception {
    try (Socket tcp = tcp();
        SSLSocket socket = tls(tcp, "TLSv1.3", "http/1.1")) {
      assertThat(new String(say(socket, PREFACE), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 505");
    }
  }

  @Test
  void who_agrees_on_nothing_speaks_what_it_likes() throws Exception {
    try (Socket tcp = tcp();
        SSLSocket socket = tls(tcp, "TLSv1.3")) {
      assertThat(new String(say(socket, GET), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
    try (Socket tcp = tcp();
        SSLSocket socket = tls(tcp, "TLSv1.2")) {
      assertThat(say(socket, PREFACE)[3]).isEqualTo((byte) SETTINGS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void who_wants_to_speak_something_else_is_refused(String version) throws Exception {
    try (Socket tcp = tcp()) {
      assertThatThrownBy(() -> tls(tcp, version, "foo", "h3"))
          .hasMessageContaining("no_application_protocol");
    }
  }

  @Test
  void a_client_that_says_in_tls_1_2_that_it_is_over_is_not_kept() throws Exception {
    try (Socket tcp = tcp()) {
      SSLSocket socket = tls(tcp, "TLSv1.2");
      say(socket, GET);
      // Sends close_notify and leaves the connection below it as it is.
      socket.close();
      while (tcp.getInputStream().read() >= 0) {
        // What was on its way.
      }
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // Nobody is asked here.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // It is this process.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
