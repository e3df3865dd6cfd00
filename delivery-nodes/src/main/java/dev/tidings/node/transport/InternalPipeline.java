package dev.tidings.node.transport;

import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.relay.ProxyHeaderHandler;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.Redirect;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** MQTT relayed by other nodes: preceded by a PROXY protocol header. */
final class InternalPipeline extends ChannelInitializer<Channel> {
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final Duration headerTimeout;
  private final List<Integer> ports;
  private final Function<DeviceTransport, Redirect> redirects;

  /**
   * @param ports this node's relay ports
   * @param redirects the addresses for devices, by transport
   */
  InternalPipeline(
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Duration headerTimeout,
      List<Integer> ports,
      Function<DeviceTransport, Redirect> redirects) {
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.headerTimeout = headerTimeout;
    this.ports = ports;
    this.redirects = redirects;
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, DeviceTransport.RELAYED);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    ProxyHeaderHandler.install(
        channel.pipeline(),
        headerTimeout,
        ports,
        (pipeline, transport) ->
            mqttHandlers.install(
                pipeline, ConnectionOrigin.relayed(admission.get(), redirects.apply(transport))));
  }
}
