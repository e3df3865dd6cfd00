package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Hangup;
import dev.tidings.node.mqtt.Protocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.Optional;

/** MQTT straight over TCP. */
final class TcpPipeline extends ChannelInitializer<Channel> {
  private final Protocol protocol;
  private final ConnectionLimit limit;

  TcpPipeline(Protocol protocol, ConnectionLimit limit) {
    this.protocol = protocol;
    this.limit = limit;
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.TCP);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    channel
        .pipeline()
        .addLast(protocol.decoder())
        .addLast(protocol.encoder())
        .addLast(protocol.connection(admission.get(), Hangup.OUTPUT_FIRST));
  }
}
