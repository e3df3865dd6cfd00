package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.websocket.WebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A device and the node's WebSocket pipeline, without a network, in a time that stands still. */
final class WebSocketDevice implements AutoCloseable {
  /** An upgrade on {@code /mqtt}. */
  static final byte[] HANDSHAKE =
      """
      GET /mqtt HTTP/1.1
      Host: a
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Protocol: mqtt

      """
          .replace("\n", "\r\n")
          .getBytes(US_ASCII);

  private static final int FIN = 0x80;
  private static final int BINARY = 0x02;
  private static final int MASKED = 0x80;
  private static final int TWO_BYTES_LENGTH = 126;
  private static final byte[] MASK = {0x11, 0x22, 0x44, 0x08};

  final FakeDirectory directory = new FakeDirectory();
  final FakeRegistrar registrar = new FakeRegistrar();
  final EmbeddedChannel node;

  WebSocketDevice() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    node =
        new EmbeddedChannel(
            WebSocketPipeline.plain(
                new WebSocket(
                    List.of(), Duration.ofSeconds(30), Duration.ofSeconds(2), 4096, meters),
                new MqttHandlers(
                    MqttSettings.DEFAULTS, directory, registrar, () -> Deliveries.NOW, meters),
                Limits.of(10, meters),
                Optional.empty()));
    node.freezeTime();
  }

  void allocator(ByteBufAllocator allocator) {
    node.config().setAllocator(allocator);
  }

  /** Bytes as they come out of the socket. */
  void send(byte[] bytes) {
    if (node.isOpen()) {
      node.writeInbound(node.alloc().buffer().writeBytes(bytes));
      node.runPendingTasks();
    }
  }

  /** What the node has sent behind its answer to the handshake, out of its frames. */
  String received() {
    EmbeddedChannel device =
        new EmbeddedChannel(
            new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder().expectMaskedFrames(false).build()));
    ByteBuf answer = node.readOutbound();
    answer.release();
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      device.writeInbound(bytes);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (WebSocketFrame frame = device.readInbound(); frame != null; frame = device.readInbound()) {
      if (frame instanceof BinaryWebSocketFrame) {
        byte[] content = new byte[frame.content().readableBytes()];
        frame.content().readBytes(content);
        all.writeBytes(content);
      }
      frame.release();
    }
    device.finishAndReleaseAll();
    return HexFormat.of().formatHex(all.toByteArray());
  }

  /** A binary message in as many frames as pieces, masked as a client has to. */
  static byte[] message(List<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < pieces.size(); i++) {
      byte[] piece = pieces.get(i);
      all.write((i == pieces.size() - 1 ? FIN : 0) | (i == 0 ? BINARY : 0));
      if (piece.length < TWO_BYTES_LENGTH) {
        all.write(MASKED | piece.length);
      } else {
        all.write(MASKED | TWO_BYTES_LENGTH);
        all.write(piece.length >>> 8);
        all.write(piece.length);
      }
      all.writeBytes(MASK);
      for (int at = 0; at < piece.length; at++) {
        all.write(piece[at] ^ MASK[at % MASK.length]);
      }
    }
    return all.toByteArray();
  }

  void advance(Duration time) {
    node.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    node.runScheduledPendingTasks();
    node.runPendingTasks();
  }

  @Override
  public void close() {
    node.finishAndReleaseAll();
  }
}
