package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Arrival;
import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.mqtt.Redirect;
import dev.tidings.node.mqtt.Transport;
import dev.tidings.node.relay.Reception;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** MQTT relayed by other nodes: preceded by a PROXY protocol header. */
final class InternalPipeline extends ChannelInitializer<Channel> {
  private final Protocol protocol;
  private final ConnectionLimit limit;
  private final Duration headerTimeout;
  private final List<Integer> ports;
  private final Function<Transport, Redirect> redirects;

  /**
   * @param ports this node's relay ports
   * @param redirects the addresses for devices, by transport
   */
  InternalPipeline(
      Protocol protocol,
      ConnectionLimit limit,
      Duration headerTimeout,
      List<Integer> ports,
      Function<Transport, Redirect> redirects) {
    this.protocol = protocol;
    this.limit = limit;
    this.headerTimeout = headerTimeout;
    this.ports = ports;
    this.redirects = redirects;
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.RELAYED);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    Reception.install(
        channel.pipeline(),
        headerTimeout,
        ports,
        (pipeline, transport) ->
            protocol.install(
                pipeline, Arrival.relayed(admission.get(), redirects.apply(transport))));
  }
}
