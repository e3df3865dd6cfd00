package dev.tidings.node.relay;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.mqtt.Detour;
import dev.tidings.node.mqtt.Hangup;
import dev.tidings.node.mqtt.Transport;
import dev.tidings.node.session.Owner;
import dev.tidings.node.session.Owners;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import java.net.SocketAddress;
import java.util.function.Supplier;

/**
 * Connects devices through to the nodes that have their inboxes. Both ends of a relay are on one
 * event loop. Safe to use from any thread.
 */
public final class Relay {
  private final RelaySettings settings;
  private final Owners owners;
  private final Supplier<Bootstrap> outgoing;
  private final FlowControl flow;
  private final RelayMeters meters;
  private final RelayFailures failures = new RelayFailures();

  /**
   * A relay that nothing goes over yet.
   *
   * @param outgoing makes what connects to other nodes, without loop and handler
   */
  public Relay(
      RelaySettings settings,
      Owners owners,
      Supplier<Bootstrap> outgoing,
      FlowControl flow,
      MeterRegistry registry) {
    this.settings = settings;
    this.owners = owners;
    this.outgoing = outgoing;
    this.flow = flow;
    this.meters = new RelayMeters(registry);
  }

  /** The way for devices that have come over a transport. */
  public Detour of(Transport transport) {
    return (device, channel, traveller) -> {
      switch (owners.of(device)) {
        case Owner.There(var address) -> connect(address, channel, transport, traveller);
        // Here, and yet not: partitions are on the move.
        case Owner.Here _, Owner.Unknown _ -> traveller.noWay();
      }
    };
  }

  private void connect(
      SocketAddress owner, Channel device, Transport transport, Detour.Traveller traveller) {
    outgoing
        .get()
        .group(device.eventLoop())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
        // The owner ends its output first, and the device has to get all of it.
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.AUTO_READ, false)
        .handler(HAProxyMessageEncoder.INSTANCE)
        .connect(owner)
        .addListener(connected -> {
          if (connected.isSuccess()) {
            Channel way = ((ChannelFuture) connected).channel();
            traveller.open(new OpenWay(way, owner, device, transport));
          } else {
            meters.failed();
            failures.failed(
                owner, String.valueOf(connected.cause().getMessage()), device.eventLoop());
            traveller.noWay();
          }
        });
  }

  private final class OpenWay implements Detour.Way {
    private final Channel owner;
    private final SocketAddress address;
    private final Channel device;
    private final Transport transport;

    OpenWay(Channel owner, SocketAddress address, Channel device, Transport transport) {
      this.owner = owner;
      this.address = address;
      this.device = device;
      this.transport = transport;
    }

    @Override
    public ChannelHandler taken(ByteBuf received) {
      meters.opened();
      device.closeFuture().addListener(closed -> meters.closed());
      Flow.toNode(owner.pipeline(), flow);
      owner
          .pipeline()
          .addLast(new FirstAnswer(settings.answerTimeout(), device, this::unanswered))
          .addLast(new PipeEnd(device, transport.hangup(), settings.lingerTimeout()));
      owner.write(Origin.header(device, transport));
      owner.pipeline().remove(HAProxyMessageEncoder.class);
      owner.writeAndFlush(received);
      return new PipeEnd(owner, Hangup.CLOSE, settings.lingerTimeout());
    }

    private void unanswered() {
      meters.failed();
      failures.failed(address, "it has not answered", device.eventLoop());
    }

    @Override
    public void left() {
      owner.close();
    }
  }
}
