package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.mqtt.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/** MQTT directly over TCP. */
final class TcpPipeline extends ChannelInitializer<Channel> {
  private final Protocol protocol;
  private final ConnectionLimit limit;
  private final Arrivals arrivals;

  TcpPipeline(Protocol protocol, ConnectionLimit limit, Optional<Detour> detour) {
    this.protocol = protocol;
    this.limit = limit;
    this.arrivals = new Arrivals(Transport.TCP, detour);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.TCP);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.newcomers().arrived(channel, one -> begin(channel.pipeline(), one, admission.get()));
  }

  private void begin(ChannelPipeline pipeline, Newcomers.Newcomer one, Admission admission) {
    protocol.install(pipeline, arrivals.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
