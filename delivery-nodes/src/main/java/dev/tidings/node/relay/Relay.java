package dev.tidings.node.relay;

import static java.util.stream.Collectors.joining;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.relay.peer.ProxyHeader;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Relays devices to the nodes that own their inboxes. Both ends of a relay are on one event loop.
 * Thread-safe.
 */
public final class Relay {
  /** The operating system's message for EADDRNOTAVAIL. */
  private static final String NO_LOCAL_PORT = "Cannot assign requested address";

  private static final String NO_FILE =
      "this process may open no more files (raise the limit, LimitNOFILE or ulimit -n: a relayed"
          + " device takes two)";

  private static final long UNHEALTHY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RelaySettings settings;
  private final Owners owners;
  private final PeerConnector connector;
  private final FlowControl flow;
  private final ConnectionFiles files;
  private final RelayMeters meters;
  private final RelayFailures failures = new RelayFailures();
  private final RelayAttempts attempts;
  private final LongSupplier nanoTime;
  private volatile @Nullable NoLocalPort noLocalPort;

  /**
   * Creates a relay without connections.
   *
   * @param outgoing a bootstrap for connections to other nodes, without loop and handler
   * @param tls for connections within TLS
   * @param files counts the open files of connections; each relay takes one more than its device
   */
  public Relay(
      RelaySettings settings,
      Owners owners,
      Supplier<Bootstrap> outgoing,
      Optional<PeerTls> tls,
      FlowControl flow,
      ConnectionFiles files,
      LongSupplier nanoTime,
      MeterRegistry registry) {
    this.settings = settings;
    this.owners = owners;
    this.connector = new PeerConnector(settings, outgoing, tls);
    this.flow = flow;
    this.files = files;
    this.attempts = new RelayAttempts(nanoTime);
    this.nanoTime = nanoTime;
    this.meters = new RelayMeters(registry);
  }

  /** Returns the route for devices of a transport. */
  public OwnerRoute of(DeviceTransport transport) {
    return (device, channel, routeListener) -> {
      switch (owners.of(device)) {
        case Owner.There(var addresses) ->
            new Attempt(attempts.order(addresses), channel, transport, routeListener).next();
        // Assigned to this node, but not owned yet: a rebalance is in progress.
        case Owner.Here _ -> routeListener.unreachable();
        case Owner.Unknown _ -> {
          meters.failed();
          routeListener.unreachable();
        }
      }
    };
  }

  /**
   * Returns unhealthy while devices are refused because no local ports are left for their relays.
   */
  public Health health() {
    NoLocalPort last = noLocalPort;
    return last == null || nanoTime.getAsLong() - last.at() > UNHEALTHY_NANOS
        ? Health.healthy()
        : Health.unhealthy(last.why());
  }

  /** The search for a port of the owner that accepts a connection: each is tried once. */
  private final class Attempt {
    private final List<InetSocketAddress> addresses;
    private final Channel device;
    private final DeviceTransport transport;
    private final OwnerRoute.RouteListener routeListener;
    private int tried;
    private int withoutLocalPort;

    Attempt(
        List<InetSocketAddress> addresses,
        Channel device,
        DeviceTransport transport,
        OwnerRoute.RouteListener routeListener) {
      this.addresses = addresses;
      this.device = device;
      this.transport = transport;
      this.routeListener = routeListener;
    }

    void next() {
      InetSocketAddress address = addresses.get(tried);
      if (!files.opened()) {
        files.closed();
        refused(address, NO_FILE);
        return;
      }
      tried++;
      connector
          .connect(address, device.eventLoop())
          .addListener(connected -> {
            if (connected.isSuccess()) {
              Channel way = ((ChannelFuture) connected).channel();
              way.closeFuture().addListener(closed -> files.closed());
              connected(address, way);
            } else {
              files.closed();
              failed(address, connected.cause());
            }
          });
    }

    private void connected(InetSocketAddress address, Channel way) {
      connector
          .proved(way)
          .addListener(proved -> {
            if (proved.isSuccess()) {
              attempts.avoid(addresses.subList(0, tried - 1));
              routeListener.open(new OpenWay(way, address, device, transport));
            } else {
              failed(address, proved.cause());
            }
          });
    }

    private void failed(InetSocketAddress address, Throwable cause) {
      String why = String.valueOf(cause.getMessage());
      if (cause instanceof BindException || why.contains(NO_LOCAL_PORT)) {
        withoutLocalPort++;
      }
      if (tried < addresses.size() && device.isActive()) {
        next();
        return;
      }
      refused(address, withoutLocalPort == tried ? noLocalPort() : why);
    }

    private void refused(InetSocketAddress address, String why) {
      meters.failed();
      failures.failed(address, why, device.eventLoop());
      routeListener.unreachable();
    }

    private String noLocalPort() {
      String why =
          "no local port is free towards "
              + addresses.getFirst().getHostString()
              + " (ports "
              + addresses.stream().map(address -> address.getPort() + "").collect(joining(", "))
              + "): more internal.ports there, or a wider net.ipv4.ip_local_port_range here";
      meters.noLocalPort();
      noLocalPort = new NoLocalPort(why, nanoTime.getAsLong());
      return why;
    }
  }

  private record NoLocalPort(String why, long at) {}

  private final class OpenWay implements OwnerRoute.OpenRoute {
    private final Channel owner;
    private final SocketAddress address;
    private final Channel device;
    private final DeviceTransport transport;

    OpenWay(Channel owner, SocketAddress address, Channel device, DeviceTransport transport) {
      this.owner = owner;
      this.address = address;
      this.device = device;
      this.transport = transport;
    }

    @Override
    public ChannelHandler take(ByteBuf received, Optional<DeviceIdentity> proven) {
      meters.opened();
      device.closeFuture().addListener(closed -> meters.closed());
      Flow.toNode(owner.pipeline(), flow);
      owner
          .pipeline()
          .addLast(new FirstByteTimeout(settings.answerTimeout(), device, this::unanswered))
          .addLast(new PipeEnd(device, transport.hangup(), settings.lingerTimeout()));
      owner.write(
          ProxyHeader.header(device, transport, connector.isProven() ? proven : Optional.empty()));
      owner.pipeline().remove(HAProxyMessageEncoder.class);
      owner.writeAndFlush(received);
      return new PipeEnd(owner, CloseMode.CLOSE, settings.lingerTimeout());
    }

    private void unanswered(String why) {
      meters.failed();
      failures.failed(address, why, device.eventLoop());
    }

    @Override
    public void abandon() {
      owner.close();
    }
  }
}
