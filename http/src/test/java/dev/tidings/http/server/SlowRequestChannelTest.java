package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.http.server.Wire.Frame;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The time for a request begins with its first byte, whatever that is the first byte of.
 *
 * <p>Shows G8 of docs/guarantees.md.
 */
class SlowRequestChannelTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration NEARLY = Wire.REQUEST_TIMEOUT.minus(SECOND);
  private static final Duration REST = SECOND.plus(SECOND);
  private static final int END_STREAM = 1;
  private static final String REASON = "{\"reason\":\"IdleTimeout\"}";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private void assertClosedInTime() {
    wire.pass(NEARLY);
    assertThat(wire.channel.isActive()).isTrue();
    wire.pass(REST);
    assertThat(wire.channel.isActive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P",
        "POST / HTTP/1.1",
        "POST / HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\n",
        "\r\n"
      })
  void part_of_a_request_in_http_1_is_not_waited_for_longer(String part) {
    wire.write(part);
    assertClosedInTime();
    if (part.length() > 1) {
      assertThat(wire.text()).startsWith("HTTP/1.1 408");
    }
    assertThat(wire.requests).isEmpty();
  }

  @Test
  void an_upgrade_whose_body_does_not_come_is_not_waited_for_longer() {
    wire.write(upgrade("content-length: 5") + "{");
    wire.pass(NEARLY);
    assertThat(wire.requests.getFirst().told).isEmpty();
    wire.pass(REST);
    assertThat(wire.requests.getFirst().told).containsExactly("body missing");
  }

  private static String upgrade(String more) {
    return String.join(
        "\r\n",
        "GET /a HTTP/1.1",
        "host: x",
        "connection: Upgrade, HTTP2-Settings",
        "upgrade: h2c",
        "http2-settings: AAMAAABkAAQAAP__",
        more,
        "",
        "");
  }

  @Test
  void a_head_that_drips_has_no_more_time_than_one_that_does_not() {
    for (char c : "POST / HTTP/1.1\r\nx: ".toCharArray()) {
      if (wire.channel.isActive()) {
        wire.write(String.valueOf(c));
        wire.pass(SECOND);
      }
    }
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void part_of_a_second_request_is_not_waited_for_longer_either() {
    wire.write("GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nho");
    wire.pass(NEARLY);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();

    assertClosedInTime();
  }

  @Test
  void a_connection_that_is_kept_has_all_its_time_between_requests() {
    wire.write("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();

    wire.pass(Wire.REQUEST_TIMEOUT.multipliedBy(3));

    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void an_upgrade_that_is_not_followed_by_the_preface_is_closed() {
    wire.write(upgrade("x: y"));
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();

    assertClosedInTime();
  }

  @Test
  void a_preface_without_settings_is_closed() {
    wire.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertClosedInTime();
  }

  @Test
  void half_a_frame_is_not_waited_for_longer_and_what_came_whole_is_answered() {
    wire.hello();
    wire.request(1);
    byte[] head = wire.headersFrame(3, "POST", true);
    wire.write(Arrays.copyOf(head, head.length - 1));
    assertGoAwayInTime();
  }

  @Test
  void a_head_without_its_end_is_not_waited_for_longer_and_what_came_whole_is_answered() {
    wire.hello();
    wire.request(1);
    byte[] head = wire.headersFrame(3, "POST", true);
    byte[] fields = Arrays.copyOfRange(head, 9, head.length);
    wire.write(Wire.HEADERS, END_STREAM, 3, fields);
    wire.pass(NEARLY);
    wire.write(9, 0, 3, new byte[0]);
    wire.requests.getFirst().told.clear();
    wire.pass(REST);
    assertSaidSo();
  }

  private void assertGoAwayInTime() {
    wire.pass(NEARLY);
    assertThat(wire.frames()).isEmpty();
    // Its service is as slow as it may be.
    wire.pass(REST);
    assertSaidSo();
  }

  private void assertSaidSo() {
    assertThat(wire.frames())
        .filteredOn(frame -> frame.type() == Wire.GOAWAY)
        .singleElement()
        .satisfies(frame -> {
          assertThat(frame.number(0)).isEqualTo(1);
          assertThat(frame.payload().toString(8, REASON.length(), StandardCharsets.US_ASCII))
              .isEqualTo(REASON);
        });
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void frames_that_come_whole_but_slowly_are_no_reason_to_close() {
    wire.hello();
    wire.request(1);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    for (int i = 0; i < 30; i++) {
      byte[] ping = Wire.frame(Wire.PING, 0, 0, new byte[8]);
      wire.write(Arrays.copyOf(ping, 5));
      wire.pass(SECOND);
      wire.write(Arrays.copyOfRange(ping, 5, ping.length));
    }
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_pings_and_asks_for_nothing_is_sent_away() {
    wire.hello();
    for (int i = 0; i < 59; i++) {
      wire.pass(SECOND);
      wire.write(Wire.PING, 0, 0, new byte[8]);
    }
    assertThat(wire.channel.isActive()).isTrue();
    wire.pass(REST);

    Frame goAway = wire.frames().getLast();
    assertThat(goAway.type()).isEqualTo(Wire.GOAWAY);
    assertThat(wire.channel.isActive()).isFalse();
  }
}
