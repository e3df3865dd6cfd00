package dev.tidings.node.transport;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
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
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final ConnectionOrigins connectionOrigins;

  WebSocketPipeline(
      WebSocket webSocket,
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<OwnerRoute> detour) {
    this.webSocket = webSocket;
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.connectionOrigins = new ConnectionOrigins(DeviceTransport.WEB_SOCKET, detour);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, DeviceTransport.WEB_SOCKET);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.newcomers().arrived(channel, one -> begin(channel.pipeline(), one, admission.get()));
  }

  private void begin(ChannelPipeline pipeline, Newcomers.Newcomer one, Admission admission) {
    Flow.in(pipeline, mqttHandlers.flow());
    webSocket.install(pipeline);
    mqttHandlers.install(pipeline, connectionOrigins.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
