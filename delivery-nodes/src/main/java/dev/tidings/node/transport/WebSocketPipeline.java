package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.mqtt.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.time.Duration;
import java.util.Optional;

/**
 * MQTT over WebSocket, section 6: binary frames on {@code /mqtt}, whose boundaries mean nothing
 * [MQTT-6.0.0-2]. The two HTTP handlers leave with the handshake; the time for a CONNECT includes
 * it.
 */
final class WebSocketPipeline extends ChannelInitializer<Channel> {
  static final String PATH = "/mqtt";
  private static final String SUBPROTOCOL = "mqtt";
  private static final int MAX_REQUEST_BODY = 1024;

  private final Protocol protocol;
  private final ConnectionLimit limit;
  private final Arrivals arrivals;
  private final Duration probeInterval;
  private final int maxFrameBytes;
  private final WebSocketServerProtocolConfig config;

  WebSocketPipeline(
      Protocol protocol,
      ConnectionLimit limit,
      Optional<Detour> detour,
      Duration probeInterval,
      Duration lingerTimeout,
      int maxFrameBytes) {
    this.protocol = protocol;
    this.limit = limit;
    this.arrivals = new Arrivals(Transport.WEB_SOCKET, detour);
    this.probeInterval = probeInterval;
    this.maxFrameBytes = maxFrameBytes;
    this.config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(PATH)
            .subprotocols(SUBPROTOCOL)
            .handleCloseFrames(true)
            .dropPongFrames(false)
            .sendCloseFrame(WebSocketCloseStatus.NORMAL_CLOSURE)
            .forceCloseTimeoutMillis(lingerTimeout.toMillis())
            .decoderConfig(
                WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(maxFrameBytes)
                    .allowExtensions(false)
                    .withUTF8Validator(false)
                    .build())
            .build();
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.WEB_SOCKET);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    channel
        .pipeline()
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(MAX_REQUEST_BODY))
        .addLast(new WebSocketServerProtocolHandler(config))
        .addLast(new WebSocketProbe(probeInterval))
        .addLast(new WebSocketFrames(maxFrameBytes));
    protocol.install(channel.pipeline(), arrivals.of(admission.get()));
  }
}
