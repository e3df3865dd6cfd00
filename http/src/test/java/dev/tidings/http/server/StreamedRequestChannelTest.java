package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.server.Wire.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that are read while their response is written. */
class StreamedRequestChannelTest {
  private static final String POST = "POST /a HTTP/1.1\r\nhost: x\r\n";
  private static final String CHUNKED = POST + "transfer-encoding: chunked\r\n\r\n";
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration ALMOST = Wire.REQUEST_TIMEOUT.minus(SECOND);
  private static final int END_STREAM = 1;
  private static final int CANCEL = 8;
  private static final int NO_ERROR = 0;
  private static final int SENT = 48 * 1024;
  private static final int FRAME = 16 * 1024;
  private static final long CONNECTION_WINDOW = 4L << 20;

  private final Wire wire = new Wire();
  private final Pump pump = new Pump();
  private final Reader reader = new Reader();

  /** Keeps what comes until it is told to let go. */
  private final class Reader implements StreamedReader {
    private final StringBuilder read = new StringBuilder();
    private final List<String> told = new ArrayList<>();
    private Exchange exchange;
    private boolean keeps;
    private boolean fails;
    private boolean inTheMidst;
    private boolean owes;
    private long parts;
    private int kept;

    private BodyReader begin(Exchange begun) {
      exchange = begun;
      begun.respond(StreamingResponse.of(HttpResponseStatus.OK, pump));
      return this;
    }

    @Override
    public void part(ByteBuf part, boolean last) {
      if (fails) {
        throw new IllegalStateException("as it was told to");
      }
      read.append(part.toString(StandardCharsets.US_ASCII));
      parts += inTheMidst ? 0 : 1;
      kept += part.readableBytes();
      if (!keeps) {
        letGo();
      }
    }

    private void letGo() {
      int bytes = kept;
      kept = 0;
      exchange.consumed(bytes);
    }

    @Override
    public boolean owesAnswer() {
      return owes;
    }

    @Override
    public long progress() {
      return parts;
    }

    @Override
    public void end() {
      told.add("end");
    }

    @Override
    public void aborted() {
      told.add("aborted");
    }

    @Override
    public void timedOut() {
      told.add("timed out");
    }
  }

  @BeforeEach
  void serve() {
    wire.serveBy((head, exchange) -> reader.begin(exchange));
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private void respond(String text) {
    pump.add(text);
    wire.run();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static long windows(List<Frame> frames, int stream) {
    return frames.stream()
        .filter(frame -> frame.type() == Wire.WINDOW_UPDATE && frame.stream() == stream)
        .mapToLong(frame -> frame.number(0))
        .sum();
  }

  private static String text(List<Frame> frames) {
    StringBuilder text = new StringBuilder();
    frames.stream()
        .filter(frame -> frame.type() == Wire.DATA)
        .forEach(frame -> text.append(frame.payload().toString(StandardCharsets.US_ASCII)));
    return text.toString();
  }

  private void data(String text, boolean end) {
    wire.write(Wire.DATA, end ? END_STREAM : 0, 1, text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void in_http_1_answers_are_sent_between_parts_and_the_connection_is_kept() {
    wire.write(CHUNKED + chunk("one"));
    respond("1");
    assertThat(wire.text())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .doesNotContain("connection: close")
        .endsWith("1\r\n1\r\n");

    wire.write(chunk("two"));
    respond("2");
    assertThat(wire.text()).isEqualTo("1\r\n2\r\n");
    assertThat(reader.read).hasToString("onetwo");
    assertThat(reader.told).isEmpty();

    wire.write("0\r\n\r\n" + CHUNKED);
    assertThat(reader.told).containsExactly("end");
    respond("3");
    pump.end();
    wire.run();
    assertThat(wire.text()).startsWith("1\r\n3\r\n0\r\n\r\nHTTP/1.1 200 OK");
    assertThat(wire.channel.isActive()).isTrue();
    assertThat(reader.told).containsExactly("end");
  }

  @Test
  void in_http_1_what_is_not_consumed_stops_the_reading() {
    reader.keeps = true;
    wire.write(CHUNKED + chunk("one") + chunk("two") + chunk("three"));
    respond("1");

    assertThat(reader.read).hasToString("one");
    assertThat(wire.channel.config().isAutoRead()).isFalse();
    assertThat(wire.text()).endsWith("1\r\n1\r\n");

    reader.letGo();
    wire.run();
    assertThat(reader.read).hasToString("onetwo");
    reader.keeps = false;
    reader.letGo();
    wire.run();
    assertThat(reader.read).hasToString("onetwothree");
    assertThat(wire.channel.config().isAutoRead()).isTrue();
    wire.write("0\r\n\r\n");
    assertThat(reader.told).containsExactly("end");
  }

  @Test
  void in_http_1_a_client_that_asks_is_told_to_go_on_before_the_response_begins() {
    wire.write(POST + "content-length: 3\r\nexpect: 100-continue\r\n\r\n");
    assertThat(wire.text())
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        .doesNotContain("connection: close");
    wire.write("one");
    assertThat(reader.read).hasToString("one");
    assertThat(reader.told).containsExactly("end");
  }

  @Test
  void in_http_1_a_response_that_ends_first_ends_the_connection_once_the_client_has_ended() {
    wire.write(CHUNKED + chunk("one"));
    pump.end();
    wire.run();
    assertThat(wire.text()).endsWith("0\r\n\r\n");
    wire.write(chunk("two"));
    assertThat(reader.read).hasToString("one");
    wire.write("0\r\n\r\n" + CHUNKED);

    assertThat(wire.channel.isActive()).isFalse();
    assertThat(wire.text()).isEmpty();
  }

  @Test
  void in_http_1_a_malformed_chunk_ends_both() {
    wire.write(CHUNKED + chunk("one"));
    wire.write("no number\r\n");

    assertThat(wire.channel.isActive()).isFalse();
    assertThat(reader.told).containsExactly("aborted");
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void in_http_2_answers_are_sent_between_parts() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    respond("1");
    List<Frame> begin = wire.frames();
    assertThat(begin).extracting(Frame::type).containsExactly(Wire.HEADERS, Wire.DATA);
    data("two", false);
    respond("2");
    assertThat(text(wire.frames())).isEqualTo("2");

    data("three", true);
    assertThat(reader.told).containsExactly("end");
    assertThat(reader.read).hasToString("onetwothree");
    respond("3");
    pump.end();
    wire.run();
    List<Frame> end = wire.frames();
    assertThat(text(end)).isEqualTo("3");
    assertThat(end.getLast().endsStream()).isTrue();
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void in_http_2_what_is_not_consumed_keeps_the_window_closed_for_this_stream_alone() {
    reader.keeps = true;
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    for (int i = 0; i < SENT / FRAME; i++) {
      data("x".repeat(FRAME), false);
    }
    List<Frame> before = wire.everyFrame();
    assertThat(windows(before, 1)).isZero();

    reader.letGo();
    wire.run();
    assertThat(windows(wire.everyFrame(), 1)).isEqualTo(SENT);
    data("x", false);
    assertThat(reader.read).hasSize(SENT + 1);
    // What is left of a stream that ends comes back to the connection.
    wire.write(Wire.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
    assertThat(reader.told).containsExactly("aborted");
    reader.letGo();
    wire.run();
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_goes_on_sending_may_take_as_long_as_it_likes() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    for (int i = 0; i < 20; i++) {
      data("x", false);
      wire.pass(ALMOST);
    }
    assertThat(reader.told).isEmpty();
    assertThat(reader.read).hasSize(20);
  }

  @Test
  void a_client_that_sends_nothing_for_too_long_is_told_so_and_then_given_up() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    wire.pass(ALMOST);
    assertThat(reader.told).isEmpty();

    wire.pass(SECOND.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
    data("two", false);
    assertThat(reader.read).hasToString("one");
    respond("late");
    pump.end();
    wire.run();
    List<Frame> end = wire.frames();
    assertThat(text(end)).isEqualTo("late");
    assertThat(end.getLast().type()).isEqualTo(Wire.RST_STREAM);
    assertThat(end.getLast().number(0)).isEqualTo(NO_ERROR);
    assertThat(reader.told).containsExactly("timed out", "aborted");
  }

  @Test
  void a_client_that_sends_byte_by_byte_has_the_time_of_a_request_for_each_whole_and_no_more() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("x", false);
    wire.pass(ALMOST);
    data("begins", false);
    reader.inTheMidst = true;
    for (int i = 0; i < 9; i++) {
      wire.pass(SECOND);
      data("x", false);
    }
    assertThat(reader.told).isEmpty();

    wire.pass(SECOND.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
  }

  @Test
  void in_http_1_a_client_that_sends_byte_by_byte_has_no_more_time_either() {
    wire.write(CHUNKED + chunk("begins"));
    reader.inTheMidst = true;
    for (int i = 0; i < 11; i++) {
      wire.pass(SECOND);
      wire.write(chunk("x"));
    }

    assertThat(reader.told).containsExactly("timed out");
  }

  @Test
  void a_client_that_waits_for_an_answer_is_not_late_and_has_its_time_when_it_has_come() {
    reader.owes = true;
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    wire.pass(Wire.REQUEST_TIMEOUT.multipliedBy(3));
    assertThat(reader.told).isEmpty();

    reader.owes = false;
    respond("1");
    wire.pass(ALMOST);
    assertThat(reader.told).isEmpty();
    wire.pass(SECOND.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
  }

  @Test
  void one_whose_service_does_not_end_it_either_is_reset() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
    wire.frames();

    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));

    assertThat(wire.frames().getLast().type()).isEqualTo(Wire.RST_STREAM);
    assertThat(reader.told).containsExactly("timed out", "aborted");
    assertThat(pump.told).containsExactly("cancelled");
  }

  @Test
  void a_client_that_is_not_read_is_not_late() {
    reader.keeps = true;
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    wire.pass(Wire.REQUEST_TIMEOUT.multipliedBy(3));
    assertThat(reader.told).isEmpty();

    reader.letGo();
    wire.run();
    wire.pass(ALMOST);
    assertThat(reader.told).isEmpty();
    wire.pass(SECOND.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
  }

  @Test
  void in_http_1_a_client_that_sends_nothing_for_too_long_is_told_so_and_then_closed() {
    wire.write(CHUNKED + chunk("one"));
    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));
    assertThat(reader.told).containsExactly("timed out");
    respond("late");
    pump.end();
    wire.run();
    assertThat(wire.text()).endsWith("4\r\nlate\r\n0\r\n\r\n");

    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));
    assertThat(wire.channel.isActive()).isFalse();
    assertThat(reader.told).containsExactly("timed out", "aborted");
  }

  @Test
  void a_client_that_does_not_read_its_answers_is_given_up() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    for (int i = 0; i < 100; i++) {
      pump.add(new byte[1_000]);
    }
    wire.run();
    data("x", false);
    wire.pass(ALMOST);
    data("x", false);
    wire.pass(SECOND.plus(SECOND));

    assertThat(wire.frames().getLast().type()).isEqualTo(Wire.RST_STREAM);
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(reader.told).containsExactly("aborted");
  }

  @Test
  void however_many_requests_do_not_consume_what_came_the_connection_s_window_stays_open() {
    wire.hello();
    reader.keeps = true;
    long left = CONNECTION_WINDOW;
    int streams = 110;
    for (int i = 0; i < streams; i++) {
      int stream = 2 * i + 1;
      wire.write(wire.headersFrame(stream, "POST", false));
      for (int part = 0; part < SENT / FRAME; part++) {
        wire.data(stream, FRAME, false);
      }
      List<Frame> frames = wire.everyFrame();
      assertThat(windows(frames, stream)).isZero();
      left += windows(frames, 0) - SENT;
      assertThat(left).isGreaterThan(1_000_000);
    }

    assertThat(reader.kept).isEqualTo(streams * SENT);
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_goes_away_is_told_to_both() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    wire.hangUp();

    assertThat(reader.told).containsExactly("aborted");
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.peers.requests()).isZero();
  }

  @Test
  void a_reader_that_fails_ends_its_stream_and_no_other() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    wire.frames();
    reader.fails = true;
    data("one", false);

    assertThat(wire.frames().getLast().type()).isEqualTo(Wire.RST_STREAM);
    assertThat(pump.told).containsExactly("cancelled");
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_server_that_stops_tells_the_response_which_may_still_answer() {
    wire.hello();
    wire.write(wire.headersFrame(1, "POST", false));
    data("one", false);
    wire.frames();
    wire.loop.leave();
    assertThat(pump.told).containsExactly("draining");
    respond("last");
    pump.end();
    wire.run();

    assertThat(text(wire.frames())).isEqualTo("last");
  }

  @Test
  void a_request_that_came_with_an_upgrade_has_no_parts() {
    wire.write(
        "POST /a HTTP/1.1\r\nhost: x\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n"
            + "http2-settings: AAMAAABk\r\ncontent-length: 0\r\n\r\n");
    wire.run();

    assertThat(reader.read).isEmpty();
    assertThat(reader.told).containsExactly("end");
    respond("1");
    assertThat(wire.channel.isActive()).isTrue();
  }
}
