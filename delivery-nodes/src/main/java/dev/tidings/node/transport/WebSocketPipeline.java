package dev.tidings.node.transport;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.mqtt.Transport;
import dev.tidings.node.websocket.WebSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/**
 * MQTT over WebSocket, section 6: binary frames, whose boundaries have no meaning [MQTT-6.0.0-2].
 * The time for a CONNECT includes the handshake.
 */
final class WebSocketPipeline extends ChannelInitializer<Channel> {
  private final WebSocket webSocket;
  private final Protocol protocol;
  private final ConnectionLimit limit;
  private final Arrivals arrivals;

  WebSocketPipeline(
      WebSocket webSocket, Protocol protocol, ConnectionLimit limit, Optional<Detour> detour) {
    this.webSocket = webSocket;
    this.protocol = protocol;
    this.limit = limit;
    this.arrivals = new Arrivals(Transport.WEB_SOCKET, detour);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.WEB_SOCKET);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.newcomers().arrived(channel, one -> begin(channel.pipeline(), one, admission.get()));
  }

  private void begin(ChannelPipeline pipeline, Newcomers.Newcomer one, Admission admission) {
    Flow.in(pipeline, protocol.flow());
    webSocket.install(pipeline);
    protocol.install(pipeline, arrivals.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
