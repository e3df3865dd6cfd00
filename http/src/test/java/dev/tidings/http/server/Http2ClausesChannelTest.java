package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Unread;
import dev.tidings.http.server.Wire.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, sections 3 to 6 and 8: what docs/http.md names one by one. */
class Http2ClausesChannelTest {
  private static final int NO_ERROR = 0;
  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int STREAM_CLOSED = 5;
  private static final int FRAME_SIZE_ERROR = 6;

  private static final int PRIORITY = 2;
  private static final int PUSH_PROMISE = 5;
  private static final int CONTINUATION = 9;
  private static final int UNKNOWN = 0x40;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private void assertConnectionError(int code) {
    List<Frame> frames = wire.frames();
    assertThat(frames).isNotEmpty();
    Frame goAway = frames.getLast();
    assertThat(goAway.type()).isEqualTo(Wire.GOAWAY);
    assertThat(goAway.number(4)).isEqualTo(code);
    wire.run();
    assertThat(wire.channel.isActive()).isFalse();
  }

  private void assertStreamError(int stream, int code) {
    assertThat(wire.frames())
        .singleElement()
        .satisfies(reset -> {
          assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
          assertThat(reset.stream()).isEqualTo(stream);
          assertThat(reset.number(0)).isEqualTo(code);
        });
    assertGoesOn();
  }

  /** Another request of the connection is answered. */
  private void assertGoesOn() {
    int before = wire.requests.size();
    wire.request(1_001);
    assertThat(wire.requests).hasSize(before + 1);
    wire.requests.getLast().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    assertThat(wire.frames()).extracting(Frame::stream).contains(1_001);
    assertThat(wire.channel.isActive()).isTrue();
  }

  private static byte[] number(int value) {
    return ByteBufUtil.getBytes(Unpooled.buffer().writeInt(value));
  }

  private static byte[] setting(int id, int value) {
    return ByteBufUtil.getBytes(Unpooled.buffer().writeShort(id).writeInt(value));
  }

  // Section 3.4

  @Test
  void the_first_frame_of_a_server_is_its_settings() {
    wire.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
    Frame first = wire.everyFrame().getFirst();
    assertThat(first.type()).isEqualTo(Wire.SETTINGS);
    assertThat(first.flags()).isZero();
  }

  @Test
  void settings_are_acknowledged() {
    wire.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
    wire.everyFrame();
    wire.write(Wire.SETTINGS, 0, 0, new byte[0]);
    assertThat(wire.everyFrame())
        .anyMatch(frame -> frame.type() == Wire.SETTINGS && frame.flags() == ACK);
  }

  @Test
  void a_preface_without_settings_behind_it_is_an_error() {
    wire.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
    wire.frames();
    wire.write(Wire.PING, 0, 0, new byte[8]);
    assertConnectionError(PROTOCOL_ERROR);
  }

  // Section 4

  @Test
  void frames_of_an_unknown_type_are_ignored() {
    wire.hello();
    wire.write(UNKNOWN, 0xff, 0, new byte[10]);
    wire.write(UNKNOWN, 0xff, 1, new byte[10]);
    assertThat(wire.frames()).isEmpty();
    assertGoesOn();
  }

  @Test
  void flags_that_mean_nothing_and_the_reserved_bit_are_ignored() {
    wire.hello();
    wire.write(Wire.PING, 0xfe, 0x80000000, new byte[8]);
    assertThat(wire.everyFrame()).extracting(Frame::type).containsExactly(Wire.PING);
    assertGoesOn();
  }

  @Test
  void a_frame_that_is_larger_than_agreed_is_an_error() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.data(1, 16_385, true);
    assertThat(wire.frames())
        .last()
        .satisfies(frame ->
            assertThat(frame.number(frame.type() == Wire.GOAWAY ? 4 : 0))
                .isEqualTo(FRAME_SIZE_ERROR));
  }

  @Test
  void a_head_may_come_in_several_frames() {
    wire.hello();
    byte[] head = wire.headersFrame(1, "POST", true);
    byte[] block = Arrays.copyOfRange(head, 9, head.length);
    wire.write(Wire.HEADERS, END_STREAM, 1, Arrays.copyOf(block, 3));
    wire.write(CONTINUATION, 0, 1, Arrays.copyOfRange(block, 3, 5));
    wire.write(CONTINUATION, END_HEADERS, 1, Arrays.copyOfRange(block, 5, block.length));
    assertThat(wire.requests.getFirst().told).containsExactly("complete 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {Wire.DATA, Wire.HEADERS, Wire.PING, UNKNOWN})
  void no_other_frame_may_come_within_a_head(int type) {
    wire.hello();
    byte[] head = wire.headersFrame(1, "POST", true);
    wire.write(Wire.HEADERS, END_STREAM, 1, Arrays.copyOfRange(head, 9, head.length));
    wire.write(type, 0, type == Wire.PING ? 0 : 3, new byte[8]);
    assertConnectionError(PROTOCOL_ERROR);
  }

  // Section 5

  @ParameterizedTest
  @CsvSource({"0, 2", "3, 4", "8, 4"})
  void a_stream_begins_with_its_head(int type, int length) {
    wire.hello();
    byte[] payload = new byte[length];
    payload[length - 1] = 1;
    wire.write(type, 0, 1, payload);
    assertConnectionError(PROTOCOL_ERROR);
  }

  @Test
  void data_behind_the_end_of_a_request_costs_its_stream() {
    wire.hello();
    wire.request(1);
    wire.data(1, 2, true);
    assertStreamError(1, STREAM_CLOSED);
  }

  @Test
  void a_client_s_streams_have_odd_numbers() {
    wire.hello();
    wire.write(wire.headersFrame(2, "POST", true));
    assertConnectionError(PROTOCOL_ERROR);
  }

  @Test
  void priorities_are_read_and_ignored() {
    wire.hello();
    wire.write(PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 16});
    wire.write(PRIORITY, 0, 999, new byte[] {0, 0, 0, 3, 16});
    assertThat(wire.frames()).isEmpty();
    assertGoesOn();
  }

  // Section 6

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3", "9"})
  void frames_of_a_stream_may_not_come_on_the_connection_s_own(int type) {
    wire.hello();
    wire.write(type, type == Wire.HEADERS ? END_HEADERS : 0, 0, new byte[type == PRIORITY ? 5 : 4]);
    assertConnectionError(PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "6, 8", "7, 8"})
  void frames_of_the_connection_may_not_come_on_a_stream(int type, int length) {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(type, 0, 1, new byte[length]);
    assertConnectionError(PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "4, 5", "6, 7", "6, 9", "8, 3", "8, 5"})
  void a_frame_of_the_wrong_length_is_an_error(int type, int length) {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.frames();
    wire.write(type, 0, type == Wire.RST_STREAM || type == 8 ? 1 : 0, new byte[length]);
    assertConnectionError(FRAME_SIZE_ERROR);
  }

  @Test
  void an_acknowledgement_of_settings_has_no_payload() {
    wire.hello();
    wire.write(Wire.SETTINGS, ACK, 0, setting(3, 1));
    assertConnectionError(FRAME_SIZE_ERROR);
  }

  @Test
  void padding_that_is_longer_than_its_frame_is_an_error() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(Wire.DATA, PADDED | END_STREAM, 1, new byte[] {2, 1});
    assertConnectionError(PROTOCOL_ERROR);
  }

  @Test
  void padding_is_no_part_of_the_body_and_counts_for_the_window() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    byte[] payload = new byte[203];
    payload[0] = (byte) 200;
    for (int i = 0; i < 500; i++) {
      wire.write(Wire.DATA, PADDED, 1, payload);
    }
    wire.data(1, 0, true);
    assertThat(wire.requests.getFirst().told).containsExactly("complete 1000");
    assertThat(wire.everyFrame())
        .filteredOn(frame -> frame.type() == Wire.WINDOW_UPDATE)
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 1", "4, -1, 3", "5, 16383, 1", "5, 16777216, 1"})
  void a_setting_out_of_its_range_is_an_error(int id, int value, int code) {
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, setting(id, value));
    assertConnectionError(code);
  }

  @Test
  void settings_that_mean_nothing_here_are_ignored() {
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, setting(0xfff0, 7));
    assertThat(wire.frames())
        .allMatch(frame -> frame.type() == Wire.SETTINGS && frame.flags() == ACK);
    assertGoesOn();
  }

  @Test
  void a_client_may_not_push() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(PUSH_PROMISE, END_HEADERS, 1, number(2));
    assertConnectionError(PROTOCOL_ERROR);
  }

  @Test
  void a_ping_is_answered_with_what_it_says() {
    wire.hello();
    byte[] what = "12345678".getBytes(StandardCharsets.US_ASCII);
    wire.write(Wire.PING, 0, 0, what);
    Frame pong = wire.everyFrame().getLast();
    assertThat(pong.type()).isEqualTo(Wire.PING);
    assertThat(pong.flags()).isEqualTo(ACK);
    assertThat(ByteBufUtil.getBytes(pong.payload())).isEqualTo(what);
  }

  @Test
  void the_answer_to_a_ping_is_not_answered() {
    wire.hello();
    wire.write(Wire.PING, ACK, 0, new byte[8]);
    assertThat(wire.everyFrame()).isEmpty();
  }

  @Test
  void a_client_that_goes_away_is_answered_what_it_has_asked() {
    wire.hello();
    wire.request(1);
    wire.write(Wire.GOAWAY, 0, 0, new byte[8]);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    assertThat(wire.frames()).extracting(Frame::stream).contains(1);
  }

  @Test
  void a_window_update_of_nothing_costs_its_stream() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(Wire.WINDOW_UPDATE, 0, 1, number(0));
    assertStreamError(1, PROTOCOL_ERROR);
  }

  @Test
  void a_window_update_of_nothing_for_the_connection_ends_it() {
    wire.hello();
    wire.write(Wire.WINDOW_UPDATE, 0, 0, number(0));
    assertConnectionError(PROTOCOL_ERROR);
  }

  @Test
  void a_window_that_is_too_large_costs_its_stream() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(Wire.WINDOW_UPDATE, 0, 1, number(Integer.MAX_VALUE));
    assertStreamError(1, FLOW_CONTROL_ERROR);
  }

  @Test
  void a_window_of_the_connection_that_is_too_large_ends_it() {
    wire.hello();
    wire.write(Wire.WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE));
    assertConnectionError(FLOW_CONTROL_ERROR);
  }

  @Test
  void no_more_is_sent_than_the_window_takes_and_the_rest_when_it_grows() {
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, setting(4, 2));
    wire.frames();
    wire.request(1);
    wire.requests
        .getFirst()
        .exchange
        .respond(Response.of(HttpResponseStatus.OK, "12345".getBytes(StandardCharsets.US_ASCII)));
    wire.run();
    List<Frame> first = wire.frames();
    assertThat(first.getLast().payload().toString(StandardCharsets.US_ASCII)).isEqualTo("12");

    wire.write(Wire.SETTINGS, 0, 0, setting(4, 3));
    assertThat(data()).isEqualTo("3");
    wire.write(Wire.WINDOW_UPDATE, 0, 1, number(100));
    assertThat(data()).isEqualTo("45");
  }

  private String data() {
    StringBuilder all = new StringBuilder();
    for (Frame frame : wire.frames()) {
      if (frame.type() == Wire.DATA) {
        all.append(frame.payload().toString(StandardCharsets.US_ASCII));
      }
    }
    return all.toString();
  }

  @Test
  void what_is_read_is_given_back_to_the_window() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    for (int i = 0; i < 3; i++) {
      wire.data(1, 16_000, false);
    }
    assertThat(wire.everyFrame())
        .filteredOn(frame -> frame.type() == Wire.WINDOW_UPDATE)
        .extracting(Frame::stream)
        .contains(1);
  }

  @Test
  void a_continuation_without_a_head_is_an_error() {
    wire.hello();
    wire.request(1);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    wire.frames();
    wire.write(CONTINUATION, END_HEADERS, 1, new byte[1]);
    assertConnectionError(PROTOCOL_ERROR);
  }

  // Section 8

  @Test
  void trailers_end_a_request_and_are_not_looked_at() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.data(1, 2, false);
    wire.write(wire.headersFrame(1, true, new DefaultHttp2Headers(false).add("x", "y")));
    assertThat(wire.requests.getFirst().told).containsExactly("complete 2");
  }

  @Test
  void trailers_that_do_not_end_the_request_are_malformed() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(wire.headersFrame(1, false, new DefaultHttp2Headers(false).add("x", "y")));
    assertStreamError(1, PROTOCOL_ERROR);
  }

  @Test
  void trailers_with_a_pseudo_header_are_malformed() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(wire.headersFrame(1, true, new DefaultHttp2Headers(false).add(":path", "/x")));
    assertStreamError(1, PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void a_body_of_another_length_than_it_says_is_malformed(int length) {
    wire.hello();
    wire.write(wire.headersFrame(1, false, Wire.request("POST", "/a").add("content-length", "2")));
    wire.data(1, length, true);
    assertStreamError(1, PROTOCOL_ERROR);
    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
  }

  @Test
  void a_client_that_waits_to_be_told_to_go_on_is_told() {
    wire.hello();
    wire.write(
        wire.headersFrame(1, false, Wire.request("POST", "/a").add("expect", "100-continue")));
    Frame goOn = wire.frames().getFirst();
    assertThat(wire.status(goOn)).isEqualTo("100");
    assertThat(goOn.endsStream()).isFalse();
    wire.data(1, 2, true);
    assertThat(wire.requests.getFirst().told).containsExactly("complete 2");
  }

  @Test
  void an_error_of_a_stream_is_not_answered_with_another() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.write(Wire.RST_STREAM, 0, 1, number(NO_ERROR));
    wire.write(Wire.RST_STREAM, 0, 1, number(NO_ERROR));
    assertThat(wire.frames()).isEmpty();
    assertGoesOn();
  }

  // Section 10.5

  @Test
  void a_head_that_never_ends_is_not_gathered() {
    wire.hello();
    wire.write(Wire.HEADERS, 0, 1, new byte[16_000]);
    for (int i = 0; i < 1_000 && wire.channel.isActive(); i++) {
      wire.write(CONTINUATION, 0, 1, new byte[16_000]);
    }
    assertThat(wire.channel.isActive()).isFalse();
  }

  /** As Apple's service has it, until a connection has had a good token. */
  @Test
  void until_its_client_has_proved_who_it_is_a_connection_may_have_one_open_request() {
    try (Wire own = new Wire(new Unread(Unread.MOST), new Bounds(10, 10, 400, 300, 0, true))) {
      own.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
      own.write(Wire.SETTINGS, 0, 0, new byte[0]);
      assertThat(maxConcurrentStreams(own)).isEqualTo(1);
      own.write(own.headersFrame(1, "POST", false));
      own.write(own.headersFrame(3, "POST", false));
      assertThat(own.frames())
          .extracting(Frame::type, Frame::stream, frame -> frame.number(0))
          .containsExactly(tuple(Wire.RST_STREAM, 3, 7));

      own.requests.getFirst().exchange.admit();
      assertThat(maxConcurrentStreams(own)).isEqualTo(2_000);
      own.write(own.headersFrame(5, "POST", false));
      own.write(own.headersFrame(7, "POST", false));
      assertThat(own.frames()).isEmpty();
      assertThat(own.requests).hasSize(3);
      own.requests.getLast().exchange.admit();
      assertThat(own.everyFrame()).as("once is enough").isEmpty();
    }
  }

  /** What the last SETTINGS say of it. */
  private static int maxConcurrentStreams(Wire own) {
    ByteBuf settings =
        own.everyFrame().stream()
            .filter(frame -> frame.type() == Wire.SETTINGS && frame.flags() == 0)
            .toList()
            .getLast()
            .payload();
    while (settings.readUnsignedShort() != Http2CodecUtil.SETTINGS_MAX_CONCURRENT_STREAMS) {
      settings.skipBytes(4);
    }
    return settings.readInt();
  }

  @Test
  void a_client_that_resets_again_and_again_is_closed() {
    wire.hello();
    for (int stream = 1; stream < 20_000 && wire.channel.isActive(); stream += 2) {
      wire.write(wire.headersFrame(stream, "POST", false));
      wire.write(Wire.RST_STREAM, 0, stream, number(8));
    }
    wire.run();
    assertThat(wire.channel.isActive()).isFalse();
    assertThat(wire.peers.exceeded(Excess.FRAMES)).isEqualTo(1);
  }

  @Test
  void a_client_that_sends_frames_of_nothing_is_closed() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    for (int i = 0; i < 1_000 && wire.channel.isActive(); i++) {
      wire.data(1, 0, false);
    }
    wire.run();
    assertThat(wire.channel.isActive()).isFalse();
  }
}
