package dev.tidings.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.http.Response;
import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Peers;
import dev.tidings.http.server.Wire.Frame;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 9113, sections 5.1 and 8: what is one stream's fault is not the connection's.
 *
 * <p>Shows G6 of docs/guarantees.md.
 */
class MalformedHeadChannelTest {
  private static final int PROTOCOL_ERROR = 1;
  private static final int STREAM_CLOSED = 5;
  private static final int REFUSED_STREAM = 7;
  private static final int COMPRESSION_ERROR = 9;

  private final Wire wire = new Wire();

  @BeforeEach
  void hello() {
    wire.hello();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private static Http2Headers good() {
    return Wire.request("POST", "/3/403");
  }

  static List<Http2Headers> malformed() {
    return List.of(
        good().add("apns-topic", " com.x"),
        good().add("apns-topic", "com.x "),
        good().add("apns-topic", "\tcom.x"),
        good().add("Apns-Topic", "com.x"),
        good().add("apns-topic", "com\r\nx: y"),
        good().add("apns-topic", "com\u0000x"),
        good().add("apns topic", "com.x"),
        good().add("apns-topic\n", "com.x"),
        good().add("connection", "close"),
        good().add("transfer-encoding", "chunked"),
        good().add("te", "gzip"),
        good().add("host", "y"),
        good().add("host", "x").add("host", "x"),
        good().add(":protocol", "websocket"),
        good().add("x", "y").add(":method", "GET"),
        good().add("content-length", "1").add("content-length", "2"),
        good().authority("a@x"),
        Wire.request("POST", "http://x/3/403"),
        Wire.request("POST", ""),
        new DefaultHttp2Headers(false).method("POST").path("/3/403"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void a_malformed_head_costs_its_stream_and_200_others_are_answered(Http2Headers headers) {
    for (int stream = 1; stream < 401; stream += 2) {
      wire.request(stream);
    }
    wire.write(wire.headersFrame(403, false, headers));
    wire.data(403, 100, false);
    wire.data(403, 100, true);
    wire.write(Wire.RST_STREAM, 0, 403, new byte[] {0, 0, 0, 8});
    wire.request(405);
    assertThat(wire.frames())
        .extracting(Frame::type, Frame::stream, frame -> frame.number(0))
        .containsExactly(tuple(Wire.RST_STREAM, 403, PROTOCOL_ERROR));

    wire.requests.forEach(
        received -> received.exchange.respond(Response.of(HttpResponseStatus.OK)));
    wire.run();

    assertThat(wire.frames()).extracting(Frame::type).hasSize(201).containsOnly(Wire.HEADERS);
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void more_streams_than_agreed_cost_only_themselves() {
    // SETTINGS_MAX_CONCURRENT_STREAMS, where the address has no bound.
    Wire other = new Wire();
    Peers roomy = new Peers(new Bounds(1, 1, 10_000, 10_000));
    ChannelConnection.attach(other.channel, roomy.connect(null));
    other.hello();
    for (int stream = 1; stream < 4_000; stream += 2) {
      other.write(other.headersFrame(stream, "POST", false));
    }
    other.write(other.headersFrame(4_001, "POST", false));
    other.data(4_001, 10, true);
    assertThat(other.frames())
        .extracting(Frame::type, Frame::stream, frame -> frame.number(0))
        .containsExactly(tuple(Wire.RST_STREAM, 4_001, REFUSED_STREAM));
    assertThat(other.channel.isActive()).isTrue();
    assertThat(roomy.exceeded(Excess.STREAMS)).isEqualTo(1);
    assertThat(roomy.exceeded(Excess.FRAMES)).isZero();
    other.close();
  }

  @Test
  void a_head_on_a_request_that_had_its_end_is_told_so() {
    wire.request(1);
    wire.write(wire.headersFrame(1, false, good()));

    Frame reset = wire.frames().getFirst();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(STREAM_CLOSED);
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_head_on_a_stream_that_has_ended_costs_no_other() {
    wire.request(1);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    wire.request(3);
    wire.frames();

    wire.write(wire.headersFrame(1, true, good()));

    Frame reset = wire.frames().getFirst();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(STREAM_CLOSED);
    assertThat(wire.requests).hasSize(2);
    wire.requests.getLast().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    assertThat(wire.frames().getFirst().type()).isEqualTo(Wire.HEADERS);
  }

  @Test
  void a_number_that_was_left_out_ends_the_connection_but_not_what_is_under_way() {
    wire.request(1);
    wire.request(5);
    wire.write(wire.headersFrame(3, true, good()));
    assertGoAway(5, PROTOCOL_ERROR);
  }

  @Test
  void what_can_not_be_decompressed_ends_the_connection_but_not_what_is_under_way() {
    wire.request(1);
    wire.request(5);
    wire.write(Wire.HEADERS, 5, 7, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
    assertGoAway(5, COMPRESSION_ERROR);
  }

  @Test
  void a_body_that_never_began_ends_the_connection_but_not_what_is_under_way() {
    wire.request(1);
    wire.write(wire.headersFrame(5, "POST", false));
    wire.data(7, 2, true);
    assertGoAway(5, PROTOCOL_ERROR);
    assertThat(wire.requests.getLast().told).containsExactly("aborted");
  }

  /** The last stream that was looked at is named, and what came whole is answered. */
  private void assertGoAway(int last, int code) {
    Frame goAway = wire.frames().getFirst();
    assertThat(goAway.type()).isEqualTo(Wire.GOAWAY);
    assertThat(goAway.number(0)).isEqualTo(last);
    assertThat(goAway.number(4)).isEqualTo(code);
    assertThat(goAway.payload().toString(8, goAway.payload().readableBytes() - 8, US_ASCII))
        .startsWith("{\"reason\":\"BadRequest\",\"message\":\"")
        .endsWith("\"}");
    wire.request(9);
    assertThat(wire.requests).hasSize(2);
    assertThat(wire.channel.isActive()).isTrue();

    wire.requests.forEach(received ->
        received.exchange.respond(
            Response.of(HttpResponseStatus.OK, "ok".getBytes(StandardCharsets.US_ASCII))));
    wire.run();

    assertThat(wire.frames()).extracting(Frame::type).contains(Wire.HEADERS, Wire.DATA);
    assertThat(wire.channel.isActive()).isFalse();
  }
}
