package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.server.Wire.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows G10 of docs/guarantees.md. */
class Http2SessionChannelTest {
  private static final AsciiString ID = AsciiString.cached("apns-id");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int NO_ERROR = 0;
  private static final int CANCEL = 8;

  private final Wire wire = new Wire();

  @BeforeEach
  void hello() {
    wire.hello();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private static Response ok() {
    return Response.of(HttpResponseStatus.OK, ID, AsciiString.of("some-id"));
  }

  private static Response withBody() {
    return Response.of(HttpResponseStatus.BAD_REQUEST, "why".getBytes(StandardCharsets.US_ASCII));
  }

  /** The debug data of a GOAWAY: what is behind the last stream and the error code. */
  private static String reason(Frame goAway) {
    ByteBuf payload = goAway.payload();
    return payload.toString(8, payload.readableBytes() - 8, StandardCharsets.US_ASCII);
  }

  @Test
  void a_request_reaches_the_service_and_its_answer_the_client() {
    wire.request(1);
    assertThat(wire.requests.getFirst().path).isEqualTo("/3/1");
    assertThat(wire.requests.getFirst().told).containsExactly("complete 2");

    wire.requests.getFirst().exchange.respond(withBody());
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);
    Http2Headers head = wire.head(frames.getFirst());
    assertThat(head.status()).hasToString("400");
    assertThat(head.getAll("date")).hasToString("[Fri, 06 Nov 2026 08:49:37 GMT]");
    assertThat(frames.getLast().payload().toString(StandardCharsets.US_ASCII)).isEqualTo("why");
    assertThat(frames.getLast().endsStream()).isTrue();
  }

  @Test
  void answers_that_come_together_are_flushed_once() {
    for (int stream = 1; stream < 200; stream += 2) {
      wire.request(stream);
    }
    int before = wire.flushes();

    wire.requests.forEach(received -> received.exchange.respond(ok()));
    wire.run();

    assertThat(wire.flushes() - before).isEqualTo(1);
    assertThat(wire.frames()).extracting(Frame::stream).hasSize(100).isSorted();
  }

  @Test
  void only_the_first_answer_counts() {
    wire.request(1);
    wire.requests.getFirst().exchange.respond(ok());
    wire.requests.getFirst().exchange.respond(withBody());
    wire.run();

    assertThat(wire.frames()).hasSize(1);
  }

  @Test
  void an_id_never_enters_the_compression_table() {
    wire.request(1);
    wire.requests.getFirst().exchange.respond(ok());
    wire.run();

    ByteBuf block = wire.frames().getFirst().payload();
    // RFC 7541: ":status: 200" of the static table, then a literal that is never indexed (6.2.3).
    assertThat(block.getByte(0)).isEqualTo((byte) 0x88);
    assertThat(block.getByte(1)).isEqualTo((byte) 0x10);
  }

  @Test
  void the_answer_to_head_has_no_body() {
    wire.write(wire.headersFrame(1, "HEAD", true));
    wire.requests.getFirst().exchange.respond(withBody());
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().endsStream()).isTrue();
  }

  @Test
  void a_little_too_much_is_heard_out_and_much_too_much_is_not() {
    wire.write(wire.headersFrame(1, "POST", false));
    wire.data(1, 16_000, false);
    wire.data(1, 16_000, false);
    assertThat(wire.frames()).isEmpty();
    wire.data(1, 1, true);
    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);

    wire.write(wire.headersFrame(3, "POST", false));
    for (int i = 0; i < 5; i++) {
      wire.data(3, 16_000, false);
    }
    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);
    for (int i = 0; i < 5; i++) {
      wire.data(3, 16_000, false);
    }
    Frame reset = wire.frames().getLast();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(NO_ERROR);
    assertThat(wire.requests.getLast().told).containsExactly("too large");
  }

  @Test
  void a_client_that_takes_its_request_back_is_not_answered() {
    wire.write(wire.headersFrame(1, "POST", false));
    wire.request(3);
    wire.write(Wire.RST_STREAM, 0, 1, new byte[4]);
    wire.write(Wire.RST_STREAM, 0, 3, new byte[4]);
    wire.requests.forEach(received -> received.exchange.respond(ok()));
    wire.run();

    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
    assertThat(wire.requests.getLast().told).containsExactly("complete 2");
    assertThat(wire.frames()).isEmpty();
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_request_that_takes_too_long_is_answered_all_the_same() {
    wire.write(wire.headersFrame(1, "POST", false));
    wire.request(3);
    wire.pass(Wire.REQUEST_TIMEOUT.minus(SECOND));
    assertThat(wire.frames()).isEmpty();

    wire.pass(SECOND.plus(SECOND));

    assertThat(wire.requests.getFirst().told).containsExactly("body missing");
    assertThat(wire.requests.getLast().told).containsExactly("complete 2", "too slow");
    List<Frame> frames = wire.frames();
    // This service says nothing even then; the first stream is not at its end and reset.
    assertThat(frames)
        .extracting(Frame::type)
        .containsExactlyInAnyOrder(Wire.HEADERS, Wire.HEADERS, Wire.RST_STREAM);
    assertThat(wire.status(frames.getFirst())).isEqualTo("500");
  }

  @Test
  void an_answer_the_client_gives_no_window_for_is_given_up() {
    // SETTINGS_INITIAL_WINDOW_SIZE 0
    wire.write(Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
    wire.frames();
    wire.request(1);
    wire.requests.getFirst().exchange.respond(withBody());
    wire.run();
    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.HEADERS);

    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));

    Frame reset = wire.frames().getFirst();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(CANCEL);
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_reads_no_answers_is_closed() {
    wire.readNothing();
    wire.request(1);
    wire.requests.getFirst().exchange.respond(ok());
    wire.run();
    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_client_that_asks_for_more_and_more_and_reads_nothing_is_closed_at_once() {
    wire.readNothing();
    byte[] ping = Wire.frame(Wire.PING, 0, 0, new byte[8]);
    for (int i = 0; i < 20_000 && wire.channel.isActive(); i++) {
      wire.write(ping);
    }

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void go_away_is_said_twice_and_whatever_came_before_the_second_is_answered() {
    wire.request(1);
    wire.loop.leave();
    Frame first = wire.frames().getFirst();
    assertThat(first.type()).isEqualTo(Wire.GOAWAY);
    assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(reason(first)).isEqualTo("{\"reason\":\"Shutdown\"}");

    wire.request(3);
    wire.pass(Duration.ofMillis(300));
    wire.request(5);
    assertThat(wire.frames()).isEmpty();
    wire.requests.forEach(received -> received.exchange.respond(ok()));
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).extracting(Frame::stream).containsExactly(1, 3, 5, 0);
    assertThat(frames.getLast().type()).isEqualTo(Wire.GOAWAY);
    assertThat(frames.getLast().number(0)).isEqualTo(5);
    assertThat(reason(frames.getLast())).isEqualTo("{\"reason\":\"Shutdown\"}");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_connection_without_requests_is_closed_but_not_one_that_pings() {
    wire.request(1);
    wire.requests.getFirst().exchange.respond(ok());
    wire.run();
    wire.frames();
    wire.pass(Wire.IDLE_TIMEOUT.minus(SECOND));
    wire.write(Wire.PING, 0, 0, new byte[8]);
    wire.pass(SECOND.plus(SECOND));
    assertThat(wire.channel.isActive()).isTrue();

    wire.pass(Wire.IDLE_TIMEOUT);
    wire.pass(SECOND);

    assertThat(wire.frames()).extracting(Frame::type).containsExactly(Wire.GOAWAY, Wire.GOAWAY);
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void what_is_sent_in_the_moment_in_which_an_idle_connection_ends_is_answered() {
    List<Frame> told = wire.frames();
    for (int i = 0; told.isEmpty() && i < 10 * Wire.IDLE_TIMEOUT.toSeconds(); i++) {
      wire.pass(Duration.ofMillis(100));
      told = wire.frames();
    }
    Frame first = told.getFirst();
    assertThat(first.type()).isEqualTo(Wire.GOAWAY);
    assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(reason(first)).isEqualTo("{\"reason\":\"IdleTimeout\"}");

    wire.request(1);
    wire.pass(SECOND);
    assertThat(wire.channel.isActive()).isTrue();
    wire.requests.getFirst().exchange.respond(ok());
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.GOAWAY);
    assertThat(frames.getLast().number(0)).isEqualTo(1);
    assertThat(reason(frames.getLast())).isEqualTo("{\"reason\":\"IdleTimeout\"}");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_service_that_fails_is_answered_for() {
    wire.fail();
    wire.request(1);

    Frame answer = wire.frames().getFirst();
    assertThat(wire.status(answer)).isEqualTo("500");
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void headers_that_are_too_long_cost_their_stream_and_no_other() {
    wire.write(wire.headersFrame(1, "x".repeat(17_000), true));
    wire.request(3);

    Http2Headers head = wire.head(wire.frames().getFirst());
    assertThat(head.status()).hasToString("431");
    assertThat(head.get("date")).hasToString("Fri, 06 Nov 2026 08:49:37 GMT");
    assertThat(wire.peers.exceeded(Excess.HEAD)).isEqualTo(1);
    assertThat(wire.requests).hasSize(1);
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_connection_that_ends_takes_its_requests_with_it() {
    wire.write(wire.headersFrame(1, "POST", false));
    wire.hangUp();

    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
  }
}
