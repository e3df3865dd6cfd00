package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.websocket.WebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G79 of docs/guarantees.md. */
final class WebSocketChannelTest {
  private static final String CONNECT = "100d00044d5154540402003c000161";
  private static final String CONNACK = "20020000";
  private static final int MAX_FRAME = 1024;

  /** As many bytes as TLS 1.3 adds to a record. */
  private static final byte[] RECORD = new byte[22];

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private EmbeddedChannel node = node(Duration.ofSeconds(30));
  private final EmbeddedChannel device =
      new EmbeddedChannel(
          new WebSocket13FrameEncoder(true),
          new WebSocket13FrameDecoder(
              WebSocketDecoderConfig.newBuilder().expectMaskedFrames(false).build()));

  private EmbeddedChannel node(Duration pingInterval) {
    return new EmbeddedChannel(
        WebSocketPipeline.plain(
            new WebSocket(List.of(), pingInterval, Duration.ofSeconds(2), MAX_FRAME, meters),
            new MqttHandlers(
                MqttSettings.DEFAULTS,
                directory,
                new FakeRegistrar(),
                InstantSource.system(),
                meters),
            Limits.of(10, meters),
            Optional.empty()));
  }

  @BeforeEach
  void standStill() {
    node.freezeTime();
  }

  @AfterEach
  void close() {
    node.finishAndReleaseAll();
    device.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "mqttv3.1, mqtt", "mqtt,other"})
  void the_handshake_is_on_mqtt_with_its_subprotocol(String offered) {
    assertThat(request("/mqtt", offered))
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: mqtt\r\n");
    assertThat(node.pipeline().names().toString()).doesNotContainIgnoringCase("http");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/mqtt2", "/other"})
  void another_path_is_not_found(String path) {
    assertThat(request(path, "mqtt")).startsWith("HTTP/1.1 404 ");
    assertThat(node.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/mqtt,https://evil.example,403,origin",
    "/mqtt,null,403,origin",
    "/other,http://a,404,path"
  })
  void a_refusal_is_counted_and_says_why(String path, String origin, int status, String reason) {
    send(
        ("GET %s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: mqtt\r\nOrigin: %s\r\n\r\n")
            .formatted(path, origin)
            .getBytes(US_ASCII));

    assertThat(answer()).startsWith("HTTP/1.1 " + status + " ").contains("(expected: ");
    assertThat(meters.get("tidings.node.websocket.refused").tag("reason", reason).counter().count())
        .isOne();
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_request_that_is_no_websockets_is_refused() {
    send("GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));

    assertThat(answer())
        .startsWith("HTTP/1.1 426 ")
        .containsPattern(
            "(?i)\\r\\ndate: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT\\r\\n")
        .contains("\r\nupgrade: websocket\r\n", "\r\nconnection: upgrade, close\r\n");
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_packet_may_come_in_pieces_of_frames_and_fragments() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(false, 0, bytes(CONNECT.substring(0, 6))));
    send(new PingWebSocketFrame());
    assertThat(receive()).isInstanceOf(PongWebSocketFrame.class);
    send(new ContinuationWebSocketFrame(true, 0, bytes(CONNECT.substring(6, 20))));
    send(new BinaryWebSocketFrame(bytes(CONNECT.substring(20))));

    assertThat(hex(receive())).isEqualTo(CONNACK);
  }

  @Test
  void many_packets_may_come_in_one_frame() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT + "c000c000")));

    assertThat(hex(receive())).isEqualTo(CONNACK);
    assertThat(hex(receive())).isEqualTo("d000d000");
  }

  @Test
  void what_is_larger_than_a_frame_goes_out_in_several() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT)));
    receive().release();
    var _ = node.writeOneOutbound(Unpooled.buffer().writeZero(2 * MAX_FRAME + 1));
    node.flushOutbound();

    assertThat(hex(receive())).hasSize(2 * MAX_FRAME);
    assertThat(hex(receive())).hasSize(2 * MAX_FRAME);
    assertThat(hex(receive())).hasSize(2);
  }

  @Test
  void text_ends_the_connection() {
    request("/mqtt", "mqtt");
    send(new TextWebSocketFrame("hello"));

    assertThat(closeStatus()).isEqualTo(1003);
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_frame_larger_than_allowed_ends_the_connection() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(Unpooled.buffer().writeZero(MAX_FRAME + 1)));

    assertThat(closeStatus()).isEqualTo(1009);
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_farewell_is_followed_by_websockets_own() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes("100e00044d5154540502003c00000161")));
    receive().release();
    directory.last().link.close(CloseReason.TAKEN_OVER);
    node.runPendingTasks();

    assertThat(hex(receive())).isEqualTo("e0018e");
    assertThat(closeStatus()).isEqualTo(1000);
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void the_handshakes_time_counts_to_the_connects() {
    send("GET /mq".getBytes(US_ASCII));
    advance(Duration.ofSeconds(5));

    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_silent_client_is_pinged_and_closed_if_it_does_not_answer() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    receive().release();
    advance(Duration.ofSeconds(30));
    assertThat(receive()).as("heard of in this interval").isNull();
    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);
    send(new PongWebSocketFrame());
    advance(Duration.ofSeconds(30));
    assertThat(receive()).as("answered").isNull();
    send(new BinaryWebSocketFrame(bytes("c000")));
    assertThat(hex(receive())).isEqualTo("d000");
    advance(Duration.ofSeconds(30));
    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);
    advance(Duration.ofSeconds(30));

    assertThat(node.isOpen()).isFalse();
    assertThat(directory.last().detached).hasValue(1);
  }

  /** A ping wakes a phone. */
  @Test
  void a_silent_client_is_not_pinged_unless_that_is_set() {
    node.finishAndReleaseAll();
    node = node(Duration.ZERO);
    node.freezeTime();
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    receive().release();
    for (int minute = 0; minute < 60; minute++) {
      advance(Duration.ofMinutes(1));
      assertThat(receive()).isNull();
    }

    assertThat(node.isOpen()).isTrue();
  }

  @Test
  void a_client_that_takes_its_bytes_slowly_is_not_silent() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    receive().release();
    advance(Duration.ofSeconds(30));
    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);

    advance(Duration.ofSeconds(25));
    full(true);
    advance(Duration.ofSeconds(5));
    assertThat(node.isOpen()).as("its buffer is full").isTrue();
    full(false);
    advance(Duration.ofSeconds(30));
    assertThat(node.isOpen()).as("its silence counts from here").isTrue();

    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);
    advance(Duration.ofSeconds(25));
    full(true);
    full(false);
    advance(Duration.ofSeconds(5));
    assertThat(node.isOpen()).as("its buffer was full meanwhile").isTrue();

    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);
    advance(Duration.ofSeconds(30));
    assertThat(node.isOpen()).as("silent since").isFalse();
  }

  @Test
  void a_client_that_is_not_read_is_not_silent() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    receive().release();
    Flow.of(node).pauseReading(node);

    advance(Duration.ofSeconds(30));
    advance(Duration.ofSeconds(30));
    advance(Duration.ofSeconds(30));
    assertThat(receive()).as("no ping: its pong would not be read").isNull();
    assertThat(node.isOpen()).isTrue();

    Flow.of(node).resumeReading(node);
    advance(Duration.ofSeconds(30));
    advance(Duration.ofSeconds(30));
    assertThat(receive()).isInstanceOf(PingWebSocketFrame.class);
    advance(Duration.ofSeconds(30));
    assertThat(node.isOpen()).isFalse();
  }

  private void full(boolean full) {
    node.unsafe().outboundBuffer().setUserDefinedWritability(1, !full);
    node.runPendingTasks();
  }

  @ParameterizedTest
  @CsvSource({
    "'',",
    "03e8,1000",
    "03e9,1001",
    "03eb,1003",
    "03ef,1007",
    "03f6,1014",
    "0bb8,3000",
    "1387,4999",
    "03e86f6b,1000",
    "00,1002",
    "0000,1002",
    "03e7,1002",
    "03ec,1002",
    "03ed,1002",
    "03ee,1002",
    "03f7,1002",
    "07d0,1002",
    "0bb7,1002",
    "1388,1002",
    "ffff,1002",
    "03e8c328,1007",
    "03e8eda080,1007",
    "03e8f4908080,1007"
  })
  void a_close_frame_is_answered_once_with_its_code_or_what_is_wrong_with_it(
      String body, Integer status) {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT)));
    receive().release();
    send(new CloseWebSocketFrame(true, 0, bytes(body)));

    assertThat(closeStatus()).isEqualTo(status == null ? -1 : status);
    assertThat(receive()).isNull();
    assertThat(node.isOpen()).isFalse();
    assertThat(directory.last().detached).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "a_frame_without_mask,82020000,1002",
    "reserved_bits,c28000000000,1002",
    "reserved_opcode,838000000000,1002",
    "a_continuation_of_nothing,808000000000,1002",
    "a_fragmented_ping,098000000000,1002",
    "a_ping_of_126_bytes,89fe007e00000000,1002"
  })
  void what_breaks_the_protocol_is_answered_with_one_close_frame(
      String what, String frame, int status) {
    request("/mqtt", "mqtt");
    send(HexFormat.of().parseHex(frame));

    assertThat(closeStatus()).as(what).isEqualTo(status);
    assertThat(receive()).isNull();
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void each_of_a_few_pings_has_its_pong() {
    request("/mqtt", "mqtt");
    for (int i = 0; i < 100; i++) {
      send(new PingWebSocketFrame(Unpooled.copyInt(i)));
      WebSocketFrame pong = receive();
      assertThat(pong).isInstanceOf(PongWebSocketFrame.class);
      assertThat(pong.content().readInt()).isEqualTo(i);
      pong.release();
    }
  }

  /** Within TLS each frame is a record of its own, which has a header and a tag. */
  @Test
  void pings_within_tls_are_no_packet_that_stays_incomplete() {
    request("/mqtt", "mqtt");
    node.pipeline()
        .addAfter(
            node.pipeline().context(Flow.class).name(),
            "tls",
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.fireChannelRead(((ByteBuf) message).skipBytes(RECORD.length));
              }
            });
    sendRecord(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    assertThat(hex(receive())).isEqualTo(CONNACK);
    for (int i = 0; i < 500; i++) {
      sendRecord(new PingWebSocketFrame());
      assertThat(receive()).isInstanceOf(PongWebSocketFrame.class);
    }
    for (int i = 0; i < 20; i++) {
      advance(Duration.ofSeconds(20));
      sendRecord(new PingWebSocketFrame());
      assertThat(receive()).isInstanceOf(PongWebSocketFrame.class);
    }

    assertThat(node.isOpen()).isTrue();
  }

  private void sendRecord(WebSocketFrame frame) {
    device.writeOutbound(frame);
    ByteBuf record = Unpooled.buffer().writeBytes(RECORD);
    for (ByteBuf bytes = device.readOutbound(); bytes != null; bytes = device.readOutbound()) {
      record.writeBytes(bytes);
      bytes.release();
    }
    node.writeInbound(record);
  }

  @Test
  void pings_between_the_pieces_of_a_packet_do_not_give_it_more_time() {
    request("/mqtt", "mqtt");
    send(new BinaryWebSocketFrame(bytes(CONNECT.replace("003c", "ffff"))));
    receive().release();
    send(new BinaryWebSocketFrame(bytes("3280f403")));
    for (int i = 0; i < 10; i++) {
      send(new BinaryWebSocketFrame(Unpooled.buffer().writeZero(MAX_FRAME)));
      send(new PingWebSocketFrame());
      receive().release();
    }
    for (int i = 0; i < 4; i++) {
      advance(Duration.ofSeconds(20));
      send(new PingWebSocketFrame());
    }

    assertThat(node.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void who_does_not_take_pongs_is_not_read_and_gets_but_the_last_one_later(boolean connected) {
    request("/mqtt", "mqtt");
    if (connected) {
      send(new BinaryWebSocketFrame(bytes(CONNECT)));
      receive().release();
    }
    Stalled stalled = new Stalled();
    node.pipeline().addFirst(stalled);
    for (int i = 0; i < 1_000; i++) {
      send(new PingWebSocketFrame(Unpooled.buffer().writeInt(i).writeZero(100)));
    }
    assertThat(node.config().isAutoRead()).isFalse();
    assertThat(stalled.writes.size()).isLessThan(50);

    stalled.go();
    int last = -1;
    int pongs = 0;
    for (WebSocketFrame pong = receive(); pong != null; pong = receive()) {
      last = pong.content().readInt();
      pongs++;
      pong.release();
    }
    assertThat(last).isEqualTo(999);
    assertThat(pongs).isLessThan(50);
    assertThat(node.config().isAutoRead()).isTrue();
  }

  @Test
  void frames_may_come_together_with_the_handshake() {
    device.writeOutbound(new BinaryWebSocketFrame(bytes(CONNECT)));
    ByteBuf all = Unpooled.copiedBuffer(WebSocketDevice.HANDSHAKE);
    for (ByteBuf bytes = device.readOutbound(); bytes != null; bytes = device.readOutbound()) {
      all = Unpooled.wrappedBuffer(all, bytes);
    }
    node.writeInbound(all);
    ByteBuf answer = node.readOutbound();
    assertThat(answer.toString(US_ASCII)).startsWith("HTTP/1.1 101 ");
    answer.release();

    assertThat(hex(receive())).isEqualTo(CONNACK);
  }

  /** A socket that takes nothing until it goes. */
  private static final class Stalled extends ChannelOutboundHandlerAdapter {
    private final List<Runnable> writes = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      writes.add(() -> ctx.writeAndFlush(message, promise));
    }

    void go() {
      while (!writes.isEmpty()) {
        writes.removeFirst().run();
      }
    }
  }

  private String request(String path, String subprotocol) {
    send(
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: "
                + subprotocol
                + "\r\n\r\n")
            .getBytes(US_ASCII));
    return answer();
  }

  private String answer() {
    StringBuilder response = new StringBuilder();
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      response.append(bytes.toString(US_ASCII));
      bytes.release();
    }
    return response.toString();
  }

  private void send(byte[] bytes) {
    node.writeInbound(Unpooled.wrappedBuffer(bytes));
    node.runPendingTasks();
  }

  private void send(WebSocketFrame frame) {
    device.writeOutbound(frame);
    for (ByteBuf bytes = device.readOutbound(); bytes != null; bytes = device.readOutbound()) {
      if (node.isOpen()) {
        node.writeInbound(bytes);
      } else {
        bytes.release();
      }
    }
    node.runPendingTasks();
  }

  private WebSocketFrame receive() {
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      device.writeInbound(bytes);
    }
    return device.readInbound();
  }

  private int closeStatus() {
    CloseWebSocketFrame frame = (CloseWebSocketFrame) receive();
    int status = frame.statusCode();
    frame.release();
    return status;
  }

  private void advance(Duration time) {
    node.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    node.runScheduledPendingTasks();
    node.runPendingTasks();
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }

  private static String hex(WebSocketFrame frame) {
    String hex = ByteBufUtil.hexDump(frame.content());
    frame.release();
    return hex;
  }
}
