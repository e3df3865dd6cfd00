package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.http1.Http1Session;
import dev.tidings.http.http2.Http2Session;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProtocolDetectorChannelTest {
  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void the_preface_of_http_2_may_come_byte_by_byte() {
    for (byte one : ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf())) {
      assertThat(wire.channel.pipeline().get(Http2Session.class)).isNull();
      wire.write(new byte[] {one});
    }

    assertThat(wire.channel.pipeline().get(Http2Session.class)).isNotNull();
    assertThat(wire.channel.pipeline().get(ProtocolDetector.class)).isNull();
  }

  @Test
  void a_method_that_begins_like_the_preface_is_http_1() {
    wire.write("PR");
    assertThat(wire.channel.pipeline().get(Http1Session.class)).isNull();
    wire.write("OPFIND /a HTTP/1.1\r\nhost: x\r\n\r\n");

    assertThat(wire.requests.getFirst().method).isEqualTo("PROPFIND");
  }

  @Test
  void one_that_says_nothing_is_closed_after_the_time_for_a_request() {
    wire.pass(Wire.REQUEST_TIMEOUT.minusSeconds(1));
    assertThat(wire.channel.isActive()).isTrue();
    wire.pass(Duration.ofSeconds(2));
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void one_that_says_nothing_is_not_waited_for_when_the_server_stops() {
    wire.loop.leave();
    wire.pass(Duration.ofMillis(300));
    assertThat(wire.channel.isActive()).isFalse();
  }
}
