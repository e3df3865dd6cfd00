package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.http.limit.Excess;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 9112: what is malformed is told so, and nothing is taken for two requests.
 *
 * <p>Shows G9 of docs/guarantees.md.
 */
class Http1RulesChannelTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String CHUNK =
      Integer.toHexString(HIDDEN.length()) + "\r\n" + HIDDEN + "\r\n0\r\n\r\n";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  /** Writes what has "\\r" and the like in it. */
  private void send(String text) {
    String bytes =
        text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
    wire.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | GET / HTTP/1.1\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x\\r\\nHost: y\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: a b\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: a/b\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: u@x\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x:port\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x,y:80:80\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: [::1\\r\\n\\r\\n",
        "400 | GET / http/1.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1x\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET / HTTP/11.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET /\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET x HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET * HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET /a#b HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | G(T / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\nhost: x\\n\\n",
        "400 | GET / HTTP/1.1\\r\\nhost : x\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x\\r\\na b: c\\r\\n\\r\\n",
        "400 | GET / HTTP/1.1\\r\\nhost: x\\r\\na: b\\0c\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: x\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: -1\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: chunked, chunked\\r\\n\\r\\n",
        "400 | POST / HTTP/1.0\\r\\nhost: x\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n",
        "501 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: gzip, chunked\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: x\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: chunked, gzip\\r\\n\\r\\n",
        "400 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: chunked\\r\\n"
            + "transfer-encoding: gzip\\r\\n\\r\\n",
        "501 | POST / HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: x\\r\\n"
            + "transfer-encoding: chunked\\r\\n\\r\\n",
        "505 | GET / HTTP/9.9\\r\\nhost: x\\r\\n\\r\\n",
        "505 | GET / HTTP/0.9\\r\\nhost: x\\r\\n\\r\\n",
        "505 | GET / HTTP/2.0\\r\\nhost: x\\r\\n\\r\\n",
        "417 | POST / HTTP/1.1\\r\\nhost: x\\r\\nexpect: more\\r\\ncontent-length: 1\\r\\n\\r\\n",
      })
  void what_is_malformed_is_told_so_and_its_connection_closed(int status, String request) {
    send(request);

    assertThat(wire.text()).startsWith("HTTP/1.1 " + status + " ").contains("connection: close");
    assertThat(wire.requests).isEmpty();
    assertThat(wire.channel.isActive()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.0\\r\\n\\r\\n",
        "GET / HTTP/1.1\\r\\nhost:\\r\\n\\r\\n",
        "GET / HTTP/1.1\\r\\nhost: x:80\\r\\n\\r\\n",
        "GET / HTTP/1.1\\r\\nhost: [::1]:80\\r\\n\\r\\n",
        "GET / HTTP/1.2\\r\\nhost: x_y.example\\r\\n\\r\\n",
        "GET http://x/a HTTP/1.1\\r\\nhost: y\\r\\n\\r\\n",
        "OPTIONS * HTTP/1.1\\r\\nhost: y\\r\\n\\r\\n",
      })
  void what_is_allowed_is_taken(String request) {
    send(request);
    assertThat(wire.requests).hasSize(1);
  }

  @Test
  void what_is_too_large_is_told_so() {
    wire.write("GET / HTTP/1.1\r\nhost: x\r\na: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 431 ").contains("connection: close");
    assertThat(wire.peers.exceeded(Excess.HEAD)).isEqualTo(1);
  }

  @Test
  void each_interface_of_a_port_has_its_own_errors() {
    wire.write("GET /v1/x HTTP/1.1\r\nhost: x\r\na: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(wire.text())
        .startsWith("HTTP/1.1 431 ")
        .contains("content-type: application/problem+json", "header fields: too long");
  }

  @Test
  void a_target_that_is_too_long_is_told_so() {
    wire.write("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 414 ").contains("connection: close");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | HEAD / HTTP/1.1\\r\\n\\r\\n",
        "417 | HEAD / HTTP/1.1\\r\\nhost: x\\r\\nexpect: more\\r\\n\\r\\n",
        "431 | HEAD / HTTP/1.1\\r\\nhost: x\\r\\na: {long}\\r\\n\\r\\n",
      })
  void the_answer_to_a_malformed_head_has_no_body_either(int status, String request) {
    send(request.replace("{long}", "x".repeat(20_000)));

    assertThat(wire.text())
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("content-length: ", "connection: close")
        .endsWith("\r\n\r\n");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void the_answer_to_head_has_the_length_and_no_body() {
    wire.write("HEAD / HTTP/1.1\r\nhost: x\r\n\r\n");
    wire.requests
        .getFirst()
        .exchange
        .respond(Response.of(HttpResponseStatus.OK, "abc".getBytes(StandardCharsets.US_ASCII)));
    wire.run();
    assertThat(wire.text()).contains("content-length: 3").endsWith("\r\n\r\n");
  }

  /** Ways to say how long a body is that two readers may read differently. */
  static List<String> framings() {
    List<String> framings = new ArrayList<>();
    int length = HIDDEN.length();
    List<String> lengths =
        List.of(
            "content-length: 0",
            "content-length: " + length,
            "Content-Length : 0",
            "content-length:\\t0",
            "content-length: +0",
            "content-length: 0x0",
            "content-length: 0, 0",
            "content-length: 0, " + length,
            "content-length: " + length + ", 0",
            "content-length: 0\\r\\ncontent-length: " + length,
            "content-length: " + length + "\\r\\ncontent-length: 0",
            "content-length: 00",
            "content-length: 0 0",
            "content-length: 0;",
            "content-length:",
            " content-length: " + length,
            "x: y\\r\\n content-length: " + length,
            "content-length\\0: " + length,
            "content_length: " + length,
            "content-length: 18446744073709551616",
            "x: y\\ncontent-length: " + length,
            "x: y\\rcontent-length: " + length);
    List<String> codings =
        List.of(
            "transfer-encoding: chunked",
            "Transfer-Encoding : chunked",
            "transfer-encoding:\\tchunked",
            "transfer-encoding: Chunked",
            "transfer-encoding: xchunked",
            "transfer-encoding: chunked;q=1",
            "transfer-encoding: identity",
            "transfer-encoding: chunked, identity",
            "transfer-encoding: identity, chunked",
            "transfer-encoding: \\\"chunked\\\"",
            "transfer-encoding: 'chunked'",
            "transfer-encoding: chunked\\r\\ntransfer-encoding: identity",
            "transfer-encoding: identity\\r\\ntransfer-encoding: chunked",
            "transfer-encoding:\\r\\n chunked",
            " transfer-encoding: chunked",
            "x: y\\r\\n transfer-encoding: chunked",
            "transfer-encoding: chunked\\0",
            "transfer-encoding\\0: chunked",
            "transfer_encoding: chunked",
            "x: y\\ntransfer-encoding: chunked",
            "x: y\\rtransfer-encoding: chunked",
            "transfer-encoding: ,chunked",
            "transfer-encoding: chunked,",
            "transfer-encoding:",
            "sec-websocket-key1: 1\\r\\nsec-websocket-key2: 2");
    framings.addAll(lengths);
    framings.addAll(codings);
    for (String coding : codings) {
      framings.add("content-length: 0\\r\\n" + coding);
      framings.add(coding + "\\r\\ncontent-length: 0");
      framings.add("content-length: " + length + "\\r\\n" + coding);
    }
    return framings;
  }

  /**
   * Either the framing is one that every reader sees alike, or it is refused and nothing behind it
   * is read: never is what one reader takes for a body a request to the other.
   */
  @ParameterizedTest
  @MethodSource("framings")
  void a_framing_that_can_be_read_in_two_ways_is_not_answered_twice(String framing) {
    for (String body : List.of(HIDDEN, CHUNK)) {
      Wire each = new Wire();
      String head = "POST /open HTTP/1.1\\r\\nhost: x\\r\\n" + framing + "\\r\\n\\r\\n";
      String bytes =
          head.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
      each.write((bytes + body).getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < each.requests.size(); i++) {
        each.requests.get(i).exchange.respond(Response.of(HttpResponseStatus.OK));
        each.run();
      }

      if (each.requests.size() > 1) {
        // To every reader these have no body: fields of another name, a folded value (section 5.2).
        assertThat(framing)
            .matches(
                "(content-length:( |\\\\t)0+)?(\\\\r\\\\n)?"
                    + "((content|transfer)_.*|x: y\\\\r\\\\n .*)?");
        assertThat(body).isSameAs(HIDDEN);
      }
      each.close();
    }
  }
}
