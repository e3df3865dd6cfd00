package dev.tidings.node.transport;

import dev.tidings.net.limit.AddressConnections;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.net.limit.OverloadLog;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.DeviceTransport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Counts and limits connections. A few beyond the limit are accepted only to be answered, by a
 * CONNACK, that the server is busy; the others are closed at once.
 */
final class ConnectionLimit {
  private static final int TOLD = 64;

  private final int max;
  private final ConnectionFiles files;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<DeviceTransport, Count> counts = new EnumMap<>(DeviceTransport.class);
  private final AddressConnections ofAddresses;
  private final Counter turnedAway;
  private final Counter addressTurnedAway;
  private final OverloadLog overload;
  private final OverloadLog addressOverload;
  private final TrustedProxies proxies;
  private final PendingConnections pendingConnections;

  /**
   * @param max of all addresses together
   * @param maxOfAddress of one address; 0 for no limit
   * @param files counts connections to other nodes too
   * @param proxies whose connections begin with a header
   * @param pendingConnections limits those that have not sent CONNECT yet
   */
  ConnectionLimit(
      int max,
      int maxOfAddress,
      ConnectionFiles files,
      TrustedProxies proxies,
      PendingConnections pendingConnections,
      MeterRegistry registry) {
    this.max = max;
    this.files = files;
    this.proxies = proxies;
    this.pendingConnections = pendingConnections;
    this.overload = new OverloadLog("<= " + max + " open");
    this.ofAddresses = new AddressConnections(maxOfAddress);
    this.addressOverload = new OverloadLog("<= " + maxOfAddress + " open of one address");
    this.turnedAway = refused("node", registry);
    this.addressTurnedAway = refused("address", registry);
    Gauge.builder("tidings.node.connections.max", () -> max)
        .description("Maximum number of connections, over all transports")
        .register(registry);
    for (DeviceTransport transport : DeviceTransport.values()) {
      counts.put(transport, new Count(transport, registry));
    }
  }

  private static Counter refused(String limit, MeterRegistry registry) {
    return Counter.builder("tidings.node.connections.refused")
        .description("Connections closed because there were too many, by whose limit it is")
        .tag("limit", limit)
        .register(registry);
  }

  /** Counts the connections of proxies without a header. */
  static Counter proxiesRefused(MeterRegistry registry) {
    return Counter.builder("tidings.node.proxy.refused")
        .description("Connections of trusted proxies that did not begin with a PROXY header")
        .register(registry);
  }

  /** Counts the connection until it is closed; empty if it has to be closed at once. */
  Optional<Admission> admit(Channel channel, DeviceTransport transport) {
    boolean hasFile = files.opened();
    int now = Objects.requireNonNull(counts.get(transport)).add(channel);
    if (now <= max && hasFile) {
      return Optional.of(Admission.ADMITTED);
    }
    turnedAway.increment();
    overload.turnedAway(channel.eventLoop());
    return hasFile && now - max <= TOLD ? Optional.of(Admission.BUSY) : Optional.empty();
  }

  /**
   * Adds an admitted connection of a device to those that have not sent CONNECT yet, at the address
   * that a trusted proxy names, if it is one's; or closes it if that address has too many.
   *
   * @param begin adds the handlers, as in {@link PendingConnections#arrived}
   */
  void arrived(Channel channel, Consumer<PendingConnections.PendingConnection> begin) {
    if (proxies.include(channel)) {
      proxies.read(
          channel,
          begun ->
              arrivedAt(
                  channel,
                  one -> {
                    begin.accept(one);
                    begun.run();
                  }));
    } else {
      arrivedAt(channel, begin);
    }
  }

  /** The same, once its address is known. */
  private void arrivedAt(Channel channel, Consumer<PendingConnections.PendingConnection> begin) {
    if (ofAddresses.admit(channel)) {
      pendingConnections.arrived(channel, begin);
    } else {
      addressTurnedAway.increment();
      addressOverload.turnedAway(channel.eventLoop());
      channel.close();
    }
  }

  /** The open connections of one transport, and one listener for all of them. */
  private final class Count implements ChannelFutureListener {
    private final AtomicInteger openHere = new AtomicInteger();

    Count(DeviceTransport transport, MeterRegistry registry) {
      Gauge.builder("tidings.node.connections", openHere, AtomicInteger::get)
          .description("Open connections, including those that have not sent CONNECT yet")
          .tag("transport", transport.label())
          .register(registry);
    }

    /** Returns the present number of connections over all transports. */
    int add(Channel channel) {
      channel.closeFuture().addListener(this);
      openHere.incrementAndGet();
      return open.incrementAndGet();
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
      openHere.decrementAndGet();
      open.decrementAndGet();
      files.closed();
    }
  }
}
