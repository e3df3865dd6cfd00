package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.http.exchange.Unread;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do not read their responses share a limit. */
class UnreadChannelTest {
  private static final int ROOM = 100_000;
  private static final int ANSWER = 30_000;
  private static final int CLIENTS = 20;
  private static final String GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Unread unread = new Unread(ROOM);
  private final List<Wire> wires = new ArrayList<>();

  private Wire open() {
    Wire wire = new Wire(unread);
    wire.refuse(Response.of(HttpResponseStatus.OK, new byte[ANSWER]));
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

  private static boolean isOpen(Wire wire) {
    return wire.channel.isActive();
  }
}
