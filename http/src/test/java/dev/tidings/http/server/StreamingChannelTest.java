package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Response;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.server.Wire.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Responses whose body is written as it becomes available.
 *
 * <p>Shows G7 of docs/guarantees.md.
 */
class StreamingChannelTest {
  private static final String GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int PART = 1_000;
  private static final int CANCEL = 8;
  private static final int INTERNAL_ERROR = 2;
  private static final int NO_ERROR = 0;

  /** What may be kept for a client that does not read: 64 KiB and a part. */
  private static final int KEPT = 64 * 1024 + PART;

  private final Wire wire = new Wire();
  private final Pump pump = new Pump();

  @AfterEach
  void close() {
    wire.close();
  }

  private void respond(int request) {
    wire.requests
        .get(request)
        .exchange
        .respond(
            StreamingResponse.of(
                HttpResponseStatus.OK,
                pump,
                HttpHeaderNames.CONTENT_TYPE,
                AsciiString.of("text/plain")));
    wire.run();
  }

  private void fill(int parts) {
    for (int i = 0; i < parts; i++) {
      pump.add(new byte[PART]);
    }
    wire.run();
  }

  private static int data(List<Frame> frames) {
    return frames.stream()
        .filter(frame -> frame.type() == Wire.DATA)
        .mapToInt(frame -> frame.payload().readableBytes())
        .sum();
  }

  private void window(int stream, int bytes) {
    byte[] payload = new byte[4];
    Unpooled.wrappedBuffer(payload).setInt(0, bytes);
    wire.write(Wire.WINDOW_UPDATE, 0, stream, payload);
    wire.run();
  }

  @Test
  void in_http_1_each_part_is_a_chunk_and_the_connection_is_kept() {
    wire.write(GET + GET);
    pump.add("one");
    respond(0);
    assertThat(wire.text())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("transfer-encoding: chunked\r\n", "content-type: text/plain\r\n")
        .doesNotContain("content-length", "connection: close")
        .endsWith("\r\n\r\n3\r\none\r\n");

    pump.add("three");
    wire.run();
    assertThat(wire.text()).isEqualTo("5\r\nthree\r\n");
    assertThat(wire.requests).hasSize(1);

    pump.end();
    wire.run();
    assertThat(wire.text()).isEqualTo("0\r\n\r\n");
    assertThat(wire.requests).hasSize(2);
    wire.requests.getLast().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    assertThat(wire.text()).startsWith("HTTP/1.1 200 OK");
    assertThat(pump.told).isEmpty();
  }

  @Test
  void http_1_0_has_no_chunks_so_the_end_of_the_connection_is_that_of_the_body() {
    wire.write("GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    pump.add("one");
    respond(0);
    assertThat(wire.text())
        .contains("connection: close")
        .doesNotContain("transfer-encoding", "content-length")
        .endsWith("\r\n\r\none");
    assertThat(wire.channel.isActive()).isTrue();

    pump.end();
    wire.run();

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void in_http_2_parts_are_data_and_the_last_ends_the_stream() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    pump.add("one");
    respond(0);
    List<Frame> begin = wire.frames();
    assertThat(begin).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);
    assertThat(begin.getLast().payload().toString(StandardCharsets.US_ASCII)).isEqualTo("one");
    assertThat(begin).noneMatch(Frame::endsStream);

    pump.end();
    wire.run();

    assertThat(wire.frames()).singleElement().matches(Frame::endsStream);
    assertThat(wire.peers.requests()).isZero();
    assertThat(pump.told).isEmpty();
  }

  @Test
  void a_part_is_sent_as_it_is_and_not_copied() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    byte[] part = {'a'};
    wire.readNothing();
    pump.add(part);
    respond(0);
    part[0] = 'b';
    wire.readAgain();

    assertThat(wire.frames().getLast().payload().toString(StandardCharsets.US_ASCII))
        .isEqualTo("b");
  }

  @Test
  void head_gets_no_body_and_its_source_is_told_so() {
    wire.write("HEAD /a HTTP/1.1\r\nhost: x\r\n\r\n");
    pump.add("one");
    respond(0);
    assertThat(wire.text()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
    assertThat(pump.told).containsExactly("cancelled");

    wire.write(GET);
    assertThat(wire.requests).hasSize(2);
  }

  @Test
  void in_http_2_head_gets_no_body_and_its_source_is_told_so() {
    wire.hello();
    wire.write(wire.headersFrame(1, "HEAD", true));
    pump.add("one");
    respond(0);

    assertThat(wire.frames()).singleElement().matches(Frame::endsStream);
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_client_that_does_not_read_has_little_kept_for_it_and_gets_all_once_it_reads() {
    wire.write(GET);
    wire.readNothing();
    respond(0);
    fill(1_000);
    assertThat((1_000 - pump.left()) * PART).isBetween(KEPT - 2 * PART, KEPT);
    assertThat(pump.out().isWritable()).isFalse();
    assertThatThrownBy(() -> pump.out().write(new byte[1]))
        .isInstanceOf(IllegalStateException.class);

    wire.readAgain();
    pump.end();
    wire.run();

    assertThat(pump.left()).isZero();
    assertThat(wire.text()).hasSizeGreaterThan(1_000 * PART).endsWith("0\r\n\r\n");
  }

  @Test
  void a_client_that_gives_no_window_has_little_kept_for_it_and_gets_all_once_it_does() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    respond(0);
    fill(1_000);
    int sent = data(wire.frames());
    // SETTINGS_INITIAL_WINDOW_SIZE is 65,535 by default.
    assertThat(sent).isEqualTo(65_535);
    assertThat((1_000 - pump.left()) * PART - sent).isBetween(KEPT - 2 * PART, KEPT);

    pump.end();
    wire.run();
    window(0, 1_000 * PART);
    for (int i = 0; i < 100; i++) {
      window(1, 10 * PART);
      sent += data(wire.frames());
    }

    assertThat(sent).isEqualTo(1_000 * PART);
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void a_window_of_one_byte_lets_one_byte_through_at_a_time() {
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 1});
    wire.frames();
    wire.write(wire.headersFrame(1, "GET", true));
    respond(0);
    fill(1_000);
    assertThat(data(wire.frames())).isEqualTo(1);
    int left = pump.left();
    assertThat((1_000 - left) * PART).isLessThanOrEqualTo(KEPT);

    for (int i = 0; i < 10; i++) {
      window(1, 1);
      assertThat(data(wire.frames())).isEqualTo(1);
    }
    assertThat(pump.left()).isEqualTo(left);
  }

  @Test
  void write_tells_whether_to_go_on_and_the_source_is_called_when_there_is_room_again() {
    List<Boolean> goesOn = new ArrayList<>();
    ResponseSource source =
        new ResponseSource() {
          @Override
          public void produce(BodyWriter out) {
            boolean more = true;
            while (more) {
              more = out.write(new byte[16 * 1024]);
              goesOn.add(more);
            }
          }

          @Override
          public void cancelled() {
            pump.told.add("cancelled");
          }
        };
    wire.write(GET);
    wire.readNothing();
    wire.requests.getFirst().exchange.respond(StreamingResponse.of(HttpResponseStatus.OK, source));
    wire.run();
    assertThat(goesOn).containsExactly(true, true, true, false);

    goesOn.clear();
    wire.readOnce();

    assertThat(goesOn).containsExactly(true, true, true, false);
    wire.hangUp();
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_part_may_not_be_larger_than_what_is_kept() {
    wire.write(GET);
    pump.add("one");
    respond(0);

    assertThatThrownBy(() -> pump.out().write(new byte[BodyWriter.MAX_PART_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("part: 65537 bytes (expected: at most 65536)");
  }

  @Test
  void a_further_field_leaves_it_a_streaming_response() {
    StreamingResponse response = StreamingResponse.of(HttpResponseStatus.OK, pump);

    assertThat(response.with(HttpHeaderNames.ETAG, AsciiString.of("x")).source()).isSameAs(pump);
  }

  @Test
  void one_that_is_not_read_does_not_keep_others_of_its_connection_waiting() {
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
    wire.frames();
    wire.write(wire.headersFrame(1, "GET", true));
    respond(0);
    fill(1_000);
    wire.frames();

    wire.request(3);
    wire.requests.getLast().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();

    assertThat(wire.frames()).extracting(Frame::stream).containsExactly(3);
  }

  @Test
  void one_with_nothing_to_send_may_take_as_long_as_it_likes() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    pump.add("one");
    respond(0);
    wire.pass(Wire.IDLE_TIMEOUT.multipliedBy(2));
    pump.add("two");
    wire.run();

    assertThat(data(wire.frames())).isEqualTo(6);
    assertThat(pump.told).isEmpty();
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void in_http_1_one_with_nothing_to_send_may_take_as_long_as_it_likes() {
    wire.write(GET);
    respond(0);
    wire.pass(Wire.IDLE_TIMEOUT.multipliedBy(2));

    assertThat(wire.channel.isActive()).isTrue();
    assertThat(pump.told).isEmpty();
  }

  @Test
  void a_client_that_takes_nothing_for_too_long_is_given_up_and_the_source_told() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    respond(0);
    fill(1_000);
    wire.frames();
    wire.pass(Wire.REQUEST_TIMEOUT.minus(SECOND));
    assertThat(pump.told).isEmpty();
    window(0, 10 * PART);
    window(1, 10 * PART);
    assertThat(data(wire.frames())).isPositive();
    wire.pass(Wire.REQUEST_TIMEOUT.minus(SECOND));
    assertThat(pump.told).isEmpty();

    wire.pass(SECOND.plus(SECOND));

    Frame reset = wire.frames().getLast();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(CANCEL);
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.channel.isActive()).isTrue();
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void in_http_1_a_client_that_takes_nothing_for_too_long_is_closed_and_the_source_told() {
    wire.write(GET);
    wire.readNothing();
    respond(0);
    fill(10);
    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));

    assertThat(wire.channel.isActive()).isFalse();
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_client_that_takes_its_request_back_ends_the_source() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    respond(0);
    fill(1_000);
    wire.write(Wire.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});

    assertThat(pump.told).containsExactly("cancelled");
    assertThat(pump.out().isWritable()).isFalse();
    pump.add("more");
    pump.end();
    wire.run();
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_hangs_up_ends_the_source() {
    wire.write(GET);
    respond(0);
    wire.hangUp();

    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_client_that_has_gone_before_the_response_ends_the_source_too() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    wire.write(Wire.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
    respond(0);
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_second_response_is_not_sent_and_its_source_told_so() {
    wire.write(GET);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    respond(0);

    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.text()).doesNotContain("chunked");
  }

  @Test
  void a_source_that_fails_costs_its_stream_and_no_other() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    wire.request(3);
    pump.add("one");
    respond(0);
    wire.frames();
    pump.fail();
    wire.run();

    Frame reset = wire.frames().getFirst();
    assertThat(reset.type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reset.number(0)).isEqualTo(INTERNAL_ERROR);
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.channel.isActive()).isTrue();
    wire.requests.getLast().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    assertThat(wire.frames()).extracting(Frame::stream).containsExactly(3);
  }

  @Test
  void in_http_1_a_source_that_fails_leaves_a_body_without_its_end() {
    wire.write(GET);
    pump.add("one");
    respond(0);
    pump.fail();
    wire.run();

    assertThat(wire.text()).endsWith("one\r\n");
    assertThat(wire.channel.isActive()).isFalse();
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_server_that_stops_tells_the_source_and_waits_for_its_end() {
    wire.hello();
    wire.write(wire.headersFrame(1, "GET", true));
    pump.endWhenDrained();
    respond(0);
    wire.frames();
    wire.loop.leave();
    wire.run();

    assertThat(pump.told).containsExactly("draining");
    assertThat(wire.frames()).extracting(Frame::type).contains(Wire.GOAWAY, Wire.DATA);
    wire.pass(SECOND);
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void in_http_1_a_server_that_stops_tells_the_source_and_waits_for_its_end() {
    wire.write(GET);
    respond(0);
    wire.loop.leave();
    wire.pass(SECOND);
    assertThat(pump.told).containsExactly("draining");
    assertThat(wire.channel.isActive()).isTrue();

    pump.end();
    wire.run();

    assertThat(wire.text()).endsWith("0\r\n\r\n");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void one_that_begins_before_its_request_has_come_goes_on_with_it() {
    wire.respondAtOnce(StreamingResponse.of(HttpResponseStatus.OK, pump));
    wire.write("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
    pump.add("one");
    wire.run();
    assertThat(wire.text()).endsWith("one\r\n");
    wire.write("{}" + GET);
    assertThat(wire.requests).hasSize(1);
    pump.end();
    wire.run();

    assertThat(wire.requests).hasSize(2);
  }

  @Test
  void in_http_2_one_that_begins_before_its_request_has_come_goes_on_with_it() {
    wire.hello();
    wire.respondAtOnce(StreamingResponse.of(HttpResponseStatus.OK, pump));
    wire.write(wire.headersFrame(1, "POST", false));
    wire.frames();
    wire.write(Wire.frame(Wire.DATA, 1, 1, new byte[2]));
    wire.pass(Wire.IDLE_TIMEOUT.multipliedBy(2));
    pump.add("one");
    pump.end();
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).extracting(Frame::type).doesNotContain(Wire.RST_STREAM);
    assertThat(data(frames)).isEqualTo(3);
  }

  @Test
  void in_http_2_one_that_ends_before_its_request_has_resets_the_rest() {
    wire.hello();
    wire.respondAtOnce(StreamingResponse.of(HttpResponseStatus.OK, pump));
    wire.write(wire.headersFrame(1, "POST", false));
    wire.frames();
    pump.end();
    wire.run();

    List<Frame> frames = wire.frames();
    assertThat(frames).extracting(Frame::type).containsExactly(Wire.DATA, Wire.RST_STREAM);
    assertThat(frames.getLast().number(0)).isEqualTo(NO_ERROR);
    assertThat(wire.peers.requests()).isZero();
  }
}
