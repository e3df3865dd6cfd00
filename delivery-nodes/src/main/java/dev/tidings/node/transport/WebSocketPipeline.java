package dev.tidings.node.transport;

import dev.tidings.net.tls.handler.CloseNotify;
import dev.tidings.net.tls.handler.TlsHandlers;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.node.websocket.WebSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * MQTT over WebSocket, section 6: binary frames, whose boundaries have no meaning [MQTT-6.0.0-2].
 * The time for a CONNECT includes the handshakes, that of TLS too where it is within TLS.
 */
final class WebSocketPipeline extends ChannelInitializer<Channel> {
  private final DeviceTransport transport;
  private final Optional<Supplier<SslContext>> tls;
  private final WebSocket webSocket;
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final ConnectionOrigins connectionOrigins;

  private WebSocketPipeline(
      DeviceTransport transport,
      Optional<Supplier<SslContext>> tls,
      WebSocket webSocket,
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<OwnerRoute> ownerRoute) {
    this.transport = transport;
    this.tls = tls;
    this.webSocket = webSocket;
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.connectionOrigins = new ConnectionOrigins(transport, ownerRoute);
  }

  static WebSocketPipeline plain(
      WebSocket webSocket,
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<OwnerRoute> ownerRoute) {
    return new WebSocketPipeline(
        DeviceTransport.WEB_SOCKET, Optional.empty(), webSocket, mqttHandlers, limit, ownerRoute);
  }

  /**
   * Creates one within TLS.
   *
   * @param tls gives the context for a new connection
   */
  static WebSocketPipeline withinTls(
      Supplier<SslContext> tls,
      WebSocket webSocket,
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<OwnerRoute> ownerRoute) {
    return new WebSocketPipeline(
        DeviceTransport.WEB_SOCKET_TLS,
        Optional.of(tls),
        webSocket,
        mqttHandlers,
        limit,
        ownerRoute);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, transport);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.arrived(channel, one -> begin(channel.pipeline(), one, admission.get()));
  }

  private void begin(
      ChannelPipeline pipeline, PendingConnections.PendingConnection one, Admission admission) {
    tls.ifPresent(contexts -> TlsHandlers.install(pipeline, contexts, CloseNotify.ENDS_ALL));
    Flow.in(pipeline, mqttHandlers.flow());
    webSocket.install(pipeline);
    mqttHandlers.install(pipeline, connectionOrigins.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
