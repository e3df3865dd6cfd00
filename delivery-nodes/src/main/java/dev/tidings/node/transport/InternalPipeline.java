package dev.tidings.node.transport;

import dev.tidings.net.tls.handler.CloseNotify;
import dev.tidings.net.tls.handler.TlsHandlers;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.relay.peer.DeviceQuestions;
import dev.tidings.node.relay.peer.PeerGate;
import dev.tidings.node.relay.peer.PeerRefusals;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.relay.peer.ProxyHeaderHandler;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.Redirect;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** MQTT relayed by other nodes: preceded by a PROXY protocol header, and within TLS if so set. */
final class InternalPipeline extends ChannelInitializer<Channel> {
  private final MqttHandlers mqttHandlers;
  private final ConnectionLimit limit;
  private final Optional<PeerTls> tls;
  private final PeerRefusals refusals;
  private final Duration headerTimeout;
  private final List<Integer> ports;
  private final DeviceQuestions questions;
  private final Function<DeviceTransport, Redirect> redirects;

  /**
   * @param headerTimeout how long the TLS handshake and the header may take
   * @param ports this node's relay ports
   * @param questions answers those about devices
   * @param redirects the addresses for devices, by transport
   */
  InternalPipeline(
      MqttHandlers mqttHandlers,
      ConnectionLimit limit,
      Optional<PeerTls> tls,
      PeerRefusals refusals,
      Duration headerTimeout,
      List<Integer> ports,
      DeviceQuestions questions,
      Function<DeviceTransport, Redirect> redirects) {
    this.mqttHandlers = mqttHandlers;
    this.limit = limit;
    this.tls = tls;
    this.refusals = refusals;
    this.headerTimeout = headerTimeout;
    this.ports = ports;
    this.questions = questions;
    this.redirects = redirects;
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<Admission> admission = limit.admit(channel, DeviceTransport.RELAYED);
    if (admission.isEmpty()) {
      channel.close();
      return;
    }
    tls.ifPresent(peers -> install(channel.pipeline(), peers));
    ProxyHeaderHandler.install(
        channel.pipeline(),
        headerTimeout,
        ports,
        refusals,
        questions,
        (pipeline, transport, proven) ->
            mqttHandlers.install(
                pipeline,
                ConnectionOrigin.relayed(
                    admission.get(), redirects.apply(transport), proven, transport)));
  }

  private void install(ChannelPipeline pipeline, PeerTls peers) {
    if (peers.isRequired()) {
      TlsHandlers.install(pipeline, peers.accepting(), CloseNotify.ENDS_ALL);
    } else {
      TlsHandlers.installOptional(pipeline, peers.accepting(), CloseNotify.ENDS_ALL);
    }
    pipeline.addLast(new PeerGate(peers, refusals));
  }
}
