package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112: what docs/http.md names one by one, and is not a refusal. */
class Http1ClausesChannelTest {
  private static final String GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String CHUNKED =
      "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private void respond(String body) {
    wire.requests
        .getLast()
        .exchange
        .respond(Response.of(HttpResponseStatus.OK, body.getBytes(StandardCharsets.US_ASCII)));
    wire.run();
  }

  @Test
  void an_empty_line_before_a_request_is_skipped() {
    wire.write("\r\n" + GET);
    assertThat(wire.requests).hasSize(1);
  }

  @Test
  void the_host_of_a_whole_url_counts_and_not_that_of_the_header() {
    wire.write("GET http://other/b?c=d HTTP/1.1\r\nhost: x\r\n\r\n");
    assertThat(wire.requests.getFirst().path).isEqualTo("/b");
  }

  @Test
  void names_of_headers_are_read_in_any_case_and_blanks_around_values_are_dropped() {
    wire.write("POST /a HTTP/1.1\r\nHOST:x\r\nContent-LENGTH: \t2 \t\r\n\r\n{}");
    assertThat(wire.requests.getFirst().told).containsExactly("complete 2");
  }

  @Test
  void a_response_says_how_long_its_body_is() {
    wire.write(GET);
    respond("abc");
    assertThat(wire.text())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-length: 3\r\n")
        .doesNotContain("transfer-encoding")
        .endsWith("\r\n\r\nabc");
  }

  @Test
  void a_response_says_when_it_was_made_to_the_second() {
    wire.write(GET);
    respond("abc");
    assertThat(wire.text()).containsOnlyOnce("date: Fri, 06 Nov 2026 08:49:37 GMT\r\n");

    wire.wallClock = wire.wallClock.plusMillis(1);
    wire.pass(Duration.ofSeconds(1));
    wire.write("GET / HTTP/1.1\r\n\r\n");
    assertThat(wire.text())
        .startsWith("HTTP/1.1 400 ")
        .containsOnlyOnce("date: Fri, 06 Nov 2026 08:49:38 GMT\r\n");
  }

  @Test
  void a_response_that_never_has_a_body_does_not_say_how_long_it_is() {
    for (HttpResponseStatus status :
        List.of(HttpResponseStatus.NOT_MODIFIED, HttpResponseStatus.NO_CONTENT)) {
      wire.write(GET);
      wire.requests.getLast().exchange.respond(Response.of(status));
      wire.run();
      assertThat(wire.text())
          .startsWith("HTTP/1.1 " + status.code())
          .doesNotContain("content-length", "transfer-encoding");
    }
    wire.write(GET);
    assertThat(wire.requests).hasSize(3);
  }

  @Test
  void chunks_are_put_together_and_their_extensions_and_trailers_skipped() {
    wire.write(CHUNKED + "2;x=\"y\"\r\n{\"\r\n0A\r\na\":\"12345\"\r\n1\r\n}\r\n0\r\nx: y\r\n\r\n");
    assertThat(wire.requests.getFirst().told).containsExactly("complete 13");
    respond("");
    wire.write(GET);
    assertThat(wire.requests).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffffffffffffffffff\r\n",
        "80000000\r\n",
        "-1\r\n",
        "0x1\r\n",
        "1 1\r\n",
        "\r\n",
        "2\r\n{}x",
        "2\n{}\r\n",
      })
  void a_chunk_that_is_malformed_is_told_so_and_its_connection_closed(String chunk) {
    wire.write(CHUNKED + chunk + "\r\n\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 400 ").contains("connection: close");
    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_request_that_is_cut_off_is_not_served() {
    wire.write("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n{}");
    wire.hangUp();
    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
  }

  @Test
  void a_connection_is_kept_unless_its_client_says_otherwise() {
    wire.write(GET);
    respond("");
    assertThat(wire.channel.isActive()).isTrue();

    wire.write("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n" + GET);
    respond("");

    assertThat(wire.text()).contains("connection: close");
    assertThat(wire.channel.isActive()).isFalse();
    assertThat(wire.requests).hasSize(2);
  }

  @Test
  void a_connection_of_http_1_0_is_kept_only_if_its_client_asks_for_it() {
    wire.write("GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    respond("");
    assertThat(wire.text()).contains("connection: keep-alive");
    assertThat(wire.channel.isActive()).isTrue();

    wire.write("GET /a HTTP/1.0\r\n\r\n");
    respond("");
    assertThat(wire.channel.isActive()).isFalse();
  }
}
