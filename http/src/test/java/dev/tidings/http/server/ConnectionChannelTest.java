package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Connection;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AttributeKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a service learns of the connection of a request, and may keep there. */
class ConnectionChannelTest {
  private static final AttributeKey<String> TEAM = AttributeKey.valueOf("team");
  private static final String GET = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private Connection connection(int request) {
    return wire.requests.get(request).exchange.connection();
  }

  private void assertSame(int first, int second) {
    assertThat(connection(first)).isSameAs(connection(second));
    assertThat(connection(first).get(TEAM)).isNull();
    assertThat(connection(first).putIfAbsent(TEAM, "one")).isEqualTo("one");
    assertThat(connection(second).putIfAbsent(TEAM, "other")).isEqualTo("one");
    assertThat(connection(second).get(TEAM)).isEqualTo("one");
    assertThat(connection(first).isSecure()).isFalse();
    assertThat(connection(first).certificates()).isEmpty();
    assertThat(connection(first).remoteAddress()).isEqualTo(wire.channel.remoteAddress());
  }

  @Test
  void requests_of_one_connection_share_what_is_kept_there_in_http_2() {
    wire.hello();
    wire.request(1);
    wire.request(3);
    assertSame(0, 1);
  }

  @Test
  void requests_of_one_connection_share_what_is_kept_there_in_http_1() {
    wire.write(GET);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    wire.write(GET);
    assertSame(0, 1);
  }

  @Test
  void a_connection_that_goes_over_to_http_2_stays_the_same() {
    wire.write(GET);
    wire.requests.getFirst().exchange.respond(Response.of(HttpResponseStatus.OK));
    wire.run();
    wire.write(
        String.join(
            "\r\n",
            "GET /b HTTP/1.1",
            "host: x",
            "connection: Upgrade, HTTP2-Settings",
            "upgrade: h2c",
            "http2-settings: AAMAAABkAAQAAP__",
            "",
            ""));
    assertThat(wire.text()).contains("HTTP/1.1 101 ");
    wire.hello();
    wire.request(3);
    assertThat(wire.requests).hasSize(3);
    assertSame(0, 2);
    assertSameAgain(1, 2);
  }

  private void assertSameAgain(int first, int second) {
    assertThat(connection(first)).isSameAs(connection(second));
  }
}
