package dev.tidings.service.management;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.service.health.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What strangers send to the port, byte by byte.
 *
 * <p>Shows G82 and G83 of docs/guarantees.md.
 */
@Timeout(60)
class ManagementPortTest {
  private static final Visit.Patience LONG = new Visit.Patience(600_000, 600_000);
  private static final String HOST = "Host: x\r\n";
  private static final String LIVE = "GET /health/live HTTP/1.1\r\n" + HOST + "\r\n";
  private static final int MAX_PER_ADDRESS = 32;

  private final PrometheusMeterRegistry registry = Metrics.registry("ingest-api");
  private ManagementServer server;

  private void start(Visit.Patience patience) throws IOException {
    server = ManagementServer.start("localhost", 0, registry, new Readiness(), patience);
  }

  @AfterEach
  void stop() {
    server.close();
    registry.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getByName("127.0.0.1"), server.port());
  }

  /** All that is answered until the server closes the connection. */
  private String say(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /%zz HTTP/1.1|Host: x||', 400",
    "'GET /% HTTP/1.1|Host: x||', 400",
    "'GET /health/live%4 HTTP/1.1|Host: x||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Content-Length: x||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Content-Length: -1||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Content-Length: 99999999999999999999||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Content-Length: 1|Transfer-Encoding: chunked||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Transfer-Encoding: gzip, chunked||', 501",
    "'GET /health/live HTTP/1.1|Host: x|Transfer-Encoding: gzip|Transfer-Encoding: chunked||', 501",
    "'GET /health/live HTTP/1.1|Host: x|Transfer-Encoding: chunked, gzip||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Transfer-Encoding: gzip||', 400",
    "'GET /health/live HTTP/9.9|Host: x||', 505",
    "'GET /health/live HTTP/x|Host: x||', 400",
    "'GET /health/live|Host: x||', 400",
    "'GET  /health/live HTTP/1.1|Host: x||', 400",
    "'GET /health/live HTTP/1.1||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Host: y||', 400",
    "'GET /health/live HTTP/1.1|Host: x y||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Name : value||', 400",
    "'GET /health/live HTTP/1.1|Host: x|Name: value| folded||', 400",
    "'GET /health/live HTTP/1.1|Host: x|no colon||', 400",
    "'PRI * HTTP/2.0||SM||', 505",
    "'\u0016\u0003\u0001\u0002\u0000\u0001||', 400",
  })
  void what_is_malformed_is_told_so_plainly(String request, int status) throws Exception {
    start(LONG);

    String answer = say(request.replace("|", "\r\n"));

    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("\r\nConnection: close\r\n")
        .doesNotContain("Exception");
  }

  @Test
  void the_answer_to_a_malformed_head_has_no_body_either() throws Exception {
    start(LONG);

    for (String request :
        List.of(
            "HEAD / HTTP/1.1\r\n\r\n",
            "\r\nHEAD /%zz HTTP/1.1\r\n" + HOST + "\r\n",
            "HEAD /" + "a".repeat(5_000))) {
      assertThat(say(request)).startsWith("HTTP/1.1 4").endsWith("\r\n\r\n");
    }
    // Of the requests of a connection, the one that is refused counts.
    String head = "HEAD /health/live HTTP/1.1\r\n" + HOST + "\r\n";
    assertThat(say(head + "GET / HTTP/1.1\r\n\r\n")).endsWith("}");
    assertThat(say("GET /HEAD / HTTP/1.1\r\n\r\n")).endsWith("}");
  }

  /** RFC 9110, section 6.6.1. */
  @Test
  void every_answer_says_when_it_was_made() throws Exception {
    start(LONG);
    String form = "(?s).*\r\nDate: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT\r\n.*";

    assertThat(say(LIVE.replace("Host: x", "Host: x\r\nConnection: close"))).matches(form);
    assertThat(say("GET / HTTP/1.1\r\n\r\n")).matches(form);
  }

  @Test
  void what_is_too_large_is_told_so_before_it_ends() throws Exception {
    start(LONG);

    assertThat(say("GET /" + "a".repeat(5_000))).startsWith("HTTP/1.1 414 ");
    assertThat(say("GET / HTTP/1.1\r\n" + HOST + "a: " + "b".repeat(10_000)))
        .startsWith("HTTP/1.1 431 ");
    assertThat(say("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(2_000))).startsWith("HTTP/1.1 431 ");
    assertThat(say("\r\n".repeat(6_000))).startsWith("HTTP/1.1 431 ");
    // What takes a reader of patterns long.
    assertThat(say("GET / HTTP/1.1\r\n" + HOST + "a:" + " ".repeat(8_000) + "\0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://x/health/live HTTP/1.1|Host: x|Connection: close||",
        "GET /health%2dlive HTTP/1.0||",
        "GET /health/l%69ve?x=%zz HTTP/1.1|Host: [::1]:9101|Connection: keep-alive, Close||",
        "||GET /health/live HTTP/1.7|Host:|Connection: close||",
      })
  void what_is_well_formed_is_answered(String request) throws Exception {
    start(LONG);

    assertThat(say(request.replace("|", "\r\n"))).matches("(?s)HTTP/1.1 (200|404) .*");
  }

  @Test
  void requests_on_one_connection_are_answered_one_after_the_other() throws Exception {
    start(LONG);
    String head = "HEAD /health/live HTTP/1.1\r\n" + HOST + "\r\n";
    String last = "GET /none HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";

    String answers = say(LIVE + head + LIVE + last);

    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    assertThat(answers.split("\\{\"status\":\"UP\"}", -1)).hasSize(3);
    assertThat(answers).contains("HTTP/1.1 404 Not Found").endsWith("{\"error\":\"not found\"}");
  }

  @Test
  void who_sends_a_body_is_answered_without_it_being_taken_for_a_request() throws Exception {
    start(LONG);
    String post =
        "POST /metrics HTTP/1.1\r\n"
            + HOST
            + "Content-Length: "
            + LIVE.length()
            + "\r\n\r\n"
            + LIVE;

    assertThat(say(post))
        .startsWith("HTTP/1.1 405 ")
        .contains("Allow: GET, HEAD")
        .doesNotContain("UP");
  }

  @Test
  void who_sends_a_head_byte_by_byte_is_cut_off() throws Exception {
    start(new Visit.Patience(600_000, 500));
    try (Socket socket = connect()) {
      socket.setSoTimeout(20);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      await()
          .until(() -> {
            try {
              out.write('a');
              return in.read() < 0;
            } catch (SocketTimeoutException e) {
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
  }

  @Test
  void who_says_nothing_is_cut_off_at_the_beginning_and_between_requests() throws Exception {
    start(new Visit.Patience(300, 5_000));
    try (Socket silent = connect();
        Socket idle = connect()) {
      idle.getOutputStream().write(LIVE.getBytes(ISO_8859_1));

      assertThat(silent.getInputStream().readAllBytes()).isEmpty();
      assertThat(new String(idle.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void who_does_not_read_is_cut_off() throws Exception {
    start(new Visit.Patience(600_000, 500));
    String many = "GET /metrics HTTP/1.1\r\n" + HOST + "\r\n";
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
      OutputStream out = socket.getOutputStream();
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> {
            try {
              out.write(many.repeat(100).getBytes(ISO_8859_1));
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
  }

  @Test
  void one_address_has_so_many_connections_and_others_have_theirs() throws Exception {
    start(LONG);
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_PER_ADDRESS; i++) {
        open.add(connect());
        assertThat(live(open.getLast())).startsWith("HTTP/1.1 200");
      }
      try (Socket more = connect()) {
        assertThat(more.getInputStream().read()).isNegative();
      }
      try (Socket other = new Socket()) {
        other.bind(new InetSocketAddress("127.0.0.2", 0));
        other.connect(new InetSocketAddress("127.0.0.1", server.port()));
        assertThat(live(other)).startsWith("HTTP/1.1 200");
      }
      open.removeLast().close();
      await()
          .ignoreExceptions()
          .until(() -> {
            try (Socket again = connect()) {
              return live(again).startsWith("HTTP/1.1 200");
            }
          });
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static String live(Socket socket) throws IOException {
    socket.getOutputStream().write(LIVE.getBytes(ISO_8859_1));
    return new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
  }

  @Test
  void it_listens_on_every_loopback_address_of_this_host() throws Exception {
    start(LONG);
    for (String address : List.of("127.0.0.1", "::1")) {
      boolean there;
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(address, 0));
        there = true;
      } catch (IOException e) {
        there = false;
      }
      if (there) {
        try (Socket socket = new Socket(address, server.port())) {
          assertThat(live(socket)).startsWith("HTTP/1.1 200");
        }
      }
    }
  }
}
