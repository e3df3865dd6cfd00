package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.http.Response;
import dev.tidings.http.server.Wire.Frame;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Requests that are refused by their head alone, and those that are too many.
 *
 * <p>Shows G7 of docs/guarantees.md.
 */
class RefusalChannelTest {
  private static final int REFUSED_STREAM = 7;
  private static final int NO_ERROR = 0;
  private static final Response NO =
      Response.of(HttpResponseStatus.BAD_REQUEST, "no".getBytes(StandardCharsets.US_ASCII));

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void a_refusal_does_not_wait_for_the_body_and_nothing_of_its_stream_is_kept() {
    wire.hello();
    wire.respondAtOnce(NO);
    int atOnce = 64;
    for (int stream = 1; stream < 2_000; stream += 2) {
      wire.write(wire.headersFrame(stream, "POST", false));

      List<Tuple> frames = new ArrayList<>();
      frames.add(tuple(Wire.HEADERS, stream));
      frames.add(tuple(Wire.DATA, stream));
      if (stream > 2 * atOnce) {
        frames.add(tuple(Wire.RST_STREAM, stream - 2 * atOnce));
      }
      assertThat(wire.frames())
          .extracting(Frame::type, Frame::stream)
          .containsExactlyInAnyOrderElementsOf(frames);
    }
    assertThat(wire.peers.requests()).isEqualTo(atOnce);

    wire.pass(Duration.ofSeconds(3));

    assertThat(wire.frames())
        .hasSize(atOnce)
        .allSatisfy(reset -> {
          assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
          assertThat(reset.number(0)).isEqualTo(NO_ERROR);
        });
    assertThat(wire.peers.requests()).isZero();
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_refusal_whose_body_comes_along_is_an_answer_like_any_other() {
    wire.hello();
    wire.respondAtOnce(NO);
    byte[] head = wire.headersFrame(1, "POST", false);
    byte[] body = Wire.frame(Wire.DATA, 1, 1, new byte[10]);
    wire.write(concat(head, body));

    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);
  }

  /** Clients that have a body to send may throw the response away if their stream is reset. */
  @Test
  void a_stream_whose_short_body_comes_behind_its_refusal_is_not_reset() {
    wire.hello();
    wire.respondAtOnce(NO);
    wire.write(wire.headersFrame(1, "POST", false));
    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);

    wire.data(1, 10, false);
    wire.data(1, 10, true);
    wire.pass(Duration.ofSeconds(3));

    assertThat(wire.frames()).isEmpty();
    assertThat(wire.peers.requests()).isZero();
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void the_body_of_a_refused_request_that_comes_later_harms_nobody() {
    wire.hello();
    wire.request(1);
    wire.respondAtOnce(NO);
    wire.write(wire.headersFrame(3, "POST", false));
    for (int i = 0; i < 5; i++) {
      wire.data(3, 16_000, false);
    }
    assertThat(wire.frames()).extracting(Frame::type).contains(Wire.RST_STREAM);
    for (int i = 0; i < 100; i++) {
      wire.data(3, 16_000, i == 99);
    }
    wire.write(Wire.RST_STREAM, 0, 3, new byte[4]);

    assertThat(wire.frames()).isEmpty();
    wire.requests.getFirst().exchange.respond(NO);
    wire.run();
    assertThat(wire.frames()).extracting(Frame::stream).containsOnly(1);
  }

  @Test
  void requests_beyond_what_one_address_may_have_open_are_turned_away_and_the_next_are_not() {
    wire.hello();
    int most = Wire.BOUNDS.requestsPerAddress();
    for (int i = 0; i < most; i++) {
      wire.write(wire.headersFrame(2 * i + 1, "POST", false));
    }
    assertThat(wire.frames()).isEmpty();

    wire.request(2 * most + 1);
    Frame reset = wire.frames().getFirst();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(REFUSED_STREAM);
    assertThat(wire.requests).hasSize(most);
    assertThat(wire.peers.refused()).isEqualTo(1);

    wire.write(Wire.RST_STREAM, 0, 1, new byte[4]);
    wire.request(2 * most + 3);
    assertThat(wire.requests.getLast().told).containsExactly("complete 2");

    wire.hangUp();
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void a_request_without_a_body_s_end_is_not_kept_longer_than_the_time_for_a_request() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.pass(Wire.REQUEST_TIMEOUT.plusSeconds(1));

    Frame last = wire.frames().getLast();
    assertThat(last.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(last.number(0)).isEqualTo(NO_ERROR);
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void bodies_in_pieces_have_their_memory_and_those_in_one_piece_need_none() {
    wire.hello();
    wire.memory(3_000);
    wire.write(wire.headersFrame(1, "POST", false));
    wire.data(1, 2_000, false);
    wire.write(wire.headersFrame(3, "POST", false));
    wire.data(3, 2_000, false);
    wire.request(5);

    assertThat(wire.requests.get(1).told).containsExactly("no room");
    assertThat(wire.status(wire.frames().getFirst())).isEqualTo("429");
    assertThat(wire.requests.get(2).told).containsExactly("complete 2");
    wire.data(1, 500, true);
    assertThat(wire.requests.get(0).told).containsExactly("complete 2500");
    assertThat(wire.memoryTaken()).isZero();
  }

  @Test
  void a_body_that_comes_with_an_upgrade_has_its_memory_like_any_other() {
    wire.memory(3_000);
    wire.write(
        "POST /a HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
            + "http2-settings: AAMAAABk\r\ncontent-length: 5000\r\n\r\n"
            + "x".repeat(2_000));
    assertThat(wire.memoryTaken()).isEqualTo(2_000);

    wire.write("x".repeat(2_000));

    assertThat(wire.requests.getFirst().told).containsExactly("no room");
    assertThat(wire.text()).startsWith("HTTP/1.1 429");
    assertThat(wire.memoryTaken()).isZero();
  }

  @Test
  void a_request_with_a_body_is_answered_in_http_1_though_it_asks_for_an_upgrade() {
    wire.respondAtOnce(NO);
    wire.write(
        "POST /a HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
            + "http2-settings: AAMAAABk\r\ncontent-length: 2\r\n\r\n");

    assertThat(wire.text()).startsWith("HTTP/1.1 400");
  }

  @Test
  void in_http_1_a_refusal_comes_before_the_body_and_the_connection_goes_on_after_it() {
    wire.respondAtOnce(NO);
    wire.write("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 400").doesNotContain("connection: close");

    wire.write("{}POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}");

    assertThat(wire.text()).startsWith("HTTP/1.1 400").doesNotContain("connection: close");
    assertThat(wire.requests).extracting(received -> received.path).containsExactly("/a", "/b");
  }

  @Test
  void in_http_1_nobody_is_told_to_go_on_with_what_is_refused() {
    wire.respondAtOnce(NO);
    wire.write("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");

    assertThat(wire.text()).startsWith("HTTP/1.1 400").contains("connection: close");
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
