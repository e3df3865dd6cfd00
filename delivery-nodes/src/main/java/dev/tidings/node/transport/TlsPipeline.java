package dev.tidings.node.transport;

import dev.tidings.net.tls.handler.CloseNotify;
import dev.tidings.net.tls.handler.TlsHandlers;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.function.Supplier;

/** MQTT over TLS; the time for a CONNECT includes the handshake. */
final class TlsPipeline extends ChannelInitializer<Channel> {
  private final Supplier<SslContext> tls;
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final ConnectionOrigins connectionOrigins;

  /**
   * @param tls gives the context for a new connection
   */
  TlsPipeline(
      Supplier<SslContext> tls,
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<OwnerRoute> ownerRoute) {
    this.tls = tls;
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.connectionOrigins = new ConnectionOrigins(DeviceTransport.TLS, ownerRoute);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, DeviceTransport.TLS);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.arrived(channel, one -> begin(channel, one, admission.get()));
  }

  private void begin(
      Channel channel, PendingConnections.PendingConnection one, Admission admission) {
    ChannelPipeline pipeline = channel.pipeline();
    TlsHandlers.install(pipeline, tls, CloseNotify.ENDS_ALL);
    mqttHandlers.install(pipeline, connectionOrigins.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
