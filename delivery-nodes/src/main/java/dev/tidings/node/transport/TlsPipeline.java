package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Admission;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.mqtt.Transport;
import dev.tidings.service.tls.CloseNotify;
import dev.tidings.service.tls.TlsHandlers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/** MQTT over TLS; the time for a CONNECT includes the handshake. */
final class TlsPipeline extends ChannelInitializer<Channel> {
  private final SslContext tls;
  private final Protocol protocol;
  private final ConnectionLimit limit;
  private final Arrivals arrivals;

  TlsPipeline(SslContext tls, Protocol protocol, ConnectionLimit limit, Optional<Detour> detour) {
    this.tls = tls;
    this.protocol = protocol;
    this.limit = limit;
    this.arrivals = new Arrivals(Transport.TLS, detour);
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, Transport.TLS);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    limit.newcomers().arrived(channel, one -> begin(channel, one, admission.get()));
  }

  private void begin(Channel channel, Newcomers.Newcomer one, Admission admission) {
    ChannelPipeline pipeline = channel.pipeline();
    TlsHandlers.install(pipeline, tls, CloseNotify.ENDS_ALL);
    protocol.install(pipeline, arrivals.of(admission));
    ConnectWatch.install(pipeline, one);
  }
}
