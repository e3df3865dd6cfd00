package dev.tidings.node.transport;

import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/** MQTT directly over TCP. */
final class TcpPipeline extends ChannelInitializer<Channel> {
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final ConnectionOrigins connectionOrigins;

  TcpPipeline(MqttHandlers mqttHandlers, ConnectionLimit limit, Optional<OwnerRoute> ownerRoute) {
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.connectionOrigins = new ConnectionOrigins(DeviceTransport.TCP, ownerRoute);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, DeviceTransport.TCP);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.arrived(channel, one -> begin(channel.pipeline(), one, admission.get()));
  }

  private void begin(
      ChannelPipeline pipeline, PendingConnections.PendingConnection one, Admission admission) {
    mqttHandlers.install(pipeline, connectionOrigins.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
