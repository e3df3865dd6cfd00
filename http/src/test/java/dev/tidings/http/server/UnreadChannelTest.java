package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.limit.Unread;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that do not read their responses share a limit.
 *
 * <p>Shows G7 of docs/guarantees.md.
 */
class UnreadChannelTest {
  private static final int ROOM = 100_000;
  private static final int ANSWER = 30_000;
  private static final int CLIENTS = 20;
  private static final int PART = 1_024;
  private static final int STREAMS = 20;
  private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

  /** What is kept for one stream. */
  private static final int KEPT = 64 * PART;

  private static final String GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Unread unread = new Unread(ROOM);
  private final List<Wire> wires = new ArrayList<>();

  private Wire open() {
    Wire wire = new Wire(unread);
    wire.respondAtOnce(Response.of(HttpResponseStatus.OK, new byte[ANSWER]));
    wires.add(wire);
    return wire;
  }

  @AfterEach
  void close() {
    wires.forEach(Wire::close);
    assertThat(unread.bytes()).isZero();
  }

  @Test
  void those_of_http_1_that_leave_too_much_are_closed_and_who_reads_is_not() {
    Wire reader = open();
    for (int i = 0; i < CLIENTS; i++) {
      Wire wire = open();
      wire.readNothing();
      wire.write(GET);
      reader.write(GET);
    }

    assertRoom(reader);
    assertThat(reader.text()).startsWith("HTTP/1.1 200");
  }

  @Test
  void those_of_http_2_that_leave_too_much_are_closed_and_who_reads_is_not() {
    Wire reader = open();
    reader.hello();
    reader.write(Wire.WINDOW_UPDATE, 0, 0, new byte[] {0, 0x10, 0, 0});
    for (int i = 0; i < CLIENTS; i++) {
      Wire wire = open();
      wire.hello();
      wire.readNothing();
      wire.write(wire.headersFrame(1, "GET", true));
      reader.write(reader.headersFrame(2 * i + 1, "GET", true));
    }

    assertRoom(reader);
    assertThat(reader.frames()).isNotEmpty();
  }

  @Test
  void those_of_http_2_that_give_no_window_are_closed_too_however_many_streams_they_have() {
    Wire reader = open();
    reader.hello();
    reader.write(Wire.WINDOW_UPDATE, 0, 0, new byte[] {0, 0x10, 0, 0});
    for (int i = 0; i < CLIENTS; i++) {
      Wire wire = open();
      wire.hello();
      wire.write(Wire.SETTINGS, 0, 0, NO_WINDOW);
      for (int stream = 1; stream < 2 * STREAMS && isOpen(wire); stream += 2) {
        wire.write(wire.headersFrame(stream, "GET", true));
      }
      reader.write(reader.headersFrame(2 * i + 1, "GET", true));
    }

    assertThat(unread.closed()).isEqualTo(CLIENTS);
    assertThat(unread.bytes()).isLessThan(ROOM);
    assertThat(isOpen(reader)).isTrue();
    assertThat(reader.frames()).isNotEmpty();
  }

  @Test
  void what_waited_for_a_window_counts_no_more_when_it_was_sent_or_given_up() {
    Wire wire = open();
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, NO_WINDOW);
    wire.write(wire.headersFrame(1, "GET", true));
    wire.write(wire.headersFrame(3, "GET", true));
    assertThat(unread.bytes()).isEqualTo(2 * ANSWER);

    wire.write(Wire.WINDOW_UPDATE, 0, 1, new byte[] {0, 0, (byte) 0x7f, 0});
    assertThat(unread.bytes()).isEqualTo(ANSWER);
    wire.write(Wire.RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8});
    wire.write(wire.headersFrame(5, "HEAD", true));
    assertThat(unread.bytes()).isZero();
    assertThat(isOpen(wire)).isTrue();
  }

  private void assertRoom(Wire reader) {
    assertThat(unread.bytes()).isBetween(1L, ROOM + 2L * ANSWER);
    assertThat(unread.closed()).isEqualTo(wires.stream().filter(one -> !isOpen(one)).count());
    assertThat(unread.closed()).isGreaterThan(CLIENTS / 2);
    assertThat(isOpen(reader)).isTrue();
  }

  @Test
  void the_room_is_there_again_when_the_others_have_had_their_time() {
    for (int i = 0; i < CLIENTS; i++) {
      Wire wire = open();
      wire.readNothing();
      wire.write(GET);
    }

    wires.forEach(wire -> wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND.multipliedBy(2))));

    assertThat(unread.bytes()).isZero();
    assertThat(wires).noneMatch(UnreadChannelTest::isOpen);
    assertThat(unread.closed()).isEqualTo(CLIENTS);
  }

  @Test
  void streams_without_a_window_count_and_have_little_each_once_they_have_taken_half() {
    Unread room = new Unread(4 * KEPT);
    List<Wire> slow = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      slow.add(streaming(room));
      wires.add(slow.getLast());
    }
    // Two take half of the limit; the others have a part each.
    assertThat(room.bytes()).isBetween(2L * KEPT, 3L * KEPT + CLIENTS * PART);
    assertThat(room.closed()).isZero();
    assertThat(slow).allMatch(UnreadChannelTest::isOpen);
    try (Wire reader = new Wire(room)) {
      reader.respondAtOnce(Response.of(HttpResponseStatus.OK, new byte[ANSWER]));
      reader.write(GET);
      assertThat(reader.text()).hasSizeGreaterThan(ANSWER);
    }

    slow.forEach(Wire::hangUp);
    assertThat(room.bytes()).isZero();
    // Nothing is left counted of those that are gone.
    try (Wire last = streaming(room)) {
      assertThat(room.bytes()).isEqualTo(KEPT);
      last.hangUp();
    }
  }

  /** One whose client gives no window, with a response of which there is more and more. */
  private static Wire streaming(Unread room) {
    Wire wire = new Wire(room);
    Pump pump = new Pump();
    wire.respondAtOnce(StreamingResponse.of(HttpResponseStatus.OK, pump));
    wire.hello();
    wire.write(Wire.SETTINGS, 0, 0, NO_WINDOW);
    wire.frames();
    for (int i = 0; i < 1_000; i++) {
      pump.add(new byte[PART]);
    }
    wire.write(wire.headersFrame(1, "GET", true));
    wire.run();
    return wire;
  }

  private static boolean isOpen(Wire wire) {
    return wire.channel.isActive();
  }
}
