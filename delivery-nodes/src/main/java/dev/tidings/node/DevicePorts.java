package dev.tidings.node;

import dev.tidings.net.EventLoops;
import dev.tidings.node.deliver.DeviceLooks;
import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.inbox.InboxStreams;
import dev.tidings.node.settings.NodeEndpoints;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.node.transport.ClusterPeers;
import dev.tidings.node.transport.MqttFront;
import dev.tidings.node.transport.TlsContexts;
import dev.tidings.node.view.DeviceViews;
import dev.tidings.node.view.NodeFacts;
import dev.tidings.node.view.NodeViews;
import dev.tidings.schemas.question.NodeFigures;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.service.lifecycle.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The ports of devices: they open when the node can serve, and close first. */
final class DevicePorts {
  private final NodeContext node;
  private final DeviceAccess access;
  private final DeliveryPath path;
  private final NodeMembership membership;
  private final Optional<TlsContexts> tls;
  private final MqttFront front;

  /** Where web pages reach this node, once its ports are open; thread-safe. */
  private final List<NodeFigures.Socket> reached;

  private DevicePorts(
      NodeContext node,
      DeviceAccess access,
      DeliveryPath path,
      NodeMembership membership,
      Optional<TlsContexts> tls,
      MqttFront front,
      List<NodeFigures.Socket> reached) {
    this.reached = reached;
    this.node = node;
    this.access = access;
    this.path = path;
    this.membership = membership;
    this.tls = tls;
    this.front = front;
  }

  /** Prepares the ports; none is open yet. */
  static DevicePorts prepare(
      NodeContext node,
      DeviceAccess access,
      EventLoops loops,
      DeviceTables tables,
      DeliveryPath path,
      NodeMembership membership)
      throws Exception {
    Optional<TlsContexts> tls =
        node.configuration().tls().startDevices(node.lifecycle(), node.clock(), node.metrics());
    Partitions partitions = path.partitions();
    List<NodeFigures.Socket> reached = new CopyOnWriteArrayList<>();
    MqttFront front =
        new MqttFront(
            node.configuration().front(),
            loops,
            Optional.of(
                new ClusterPeers(
                    membership.owners(),
                    membership.internal(),
                    node.configuration().endpoints().advertisedHost(),
                    membership.peerTls(),
                    views(node, tables, path, membership, () -> List.copyOf(reached)))),
            tls,
            access.authentication().devices(),
            partitions,
            path.registrar(),
            tables.sessions(),
            node.clock(),
            node.metrics());
    node.readiness().add("relays", front::relayHealth);
    Duration drain = node.config().get(NodeSettings.DRAIN_TIMEOUT);
    node.lifecycle().onStop("drain", drain.plus(NodeContext.SOON), () -> partitions.drain(drain));
    node.lifecycle().onStop("accepting", NodeContext.SOON, front::stopAccepting);
    node.lifecycle()
        .onStop(
            "readiness",
            NodeContext.SOON,
            () -> {
              node.nodes().leave();
              node.readiness().draining();
            });
    return new DevicePorts(node, access, path, membership, tls, front, reached);
  }

  private static NodeViews views(
      NodeContext node,
      DeviceTables tables,
      DeliveryPath path,
      NodeMembership membership,
      Supplier<List<NodeFigures.Socket>> sockets) {
    NodeSeal seal = new NodeSeal(node.configuration().keys());
    String name = node.configuration().instance().name();
    NodeFacts state =
        new NodeFacts(
            name,
            Version.text(),
            node.configuration().authentication().mode().name().toLowerCase(Locale.ROOT),
            sockets,
            path.partitions()::numbers,
            node.metrics());
    DeviceViews devices =
        new DeviceViews(
            membership.owners(),
            new DeviceLooks(path.partitions()),
            tables.generations(),
            tables.subscriptions(),
            path.tokens(),
            seal,
            node.clock(),
            name,
            node.metrics());
    return new NodeViews(
        state,
        membership.owners(),
        path.partitions(),
        tables.generations(),
        tables.subscriptions(),
        path.registrar(),
        seal,
        node.clock(),
        devices);
  }

  /** Where web pages reach this node. */
  private List<NodeFigures.Socket> sockets() {
    String host = node.configuration().endpoints().advertisedHost();
    List<NodeFigures.Socket> sockets = new ArrayList<>();
    sockets.add(new NodeFigures.Socket("ws", host, front.webSocketPort()));
    if (tls.isPresent()) {
      sockets.add(new NodeFigures.Socket("wss", host, front.webSocketTlsPort()));
    }
    return List.copyOf(sockets);
  }

  /**
   * Waits until devices can be served, and opens the ports. A device that registers before the
   * revocations are read could be given back a token that was revoked.
   *
   * @return the addresses on which the node listens, by the names of the ports
   */
  Map<String, String> open() throws Exception {
    InboxStreams inbox = membership.inbox();
    Partitions partitions = path.partitions();
    // Tasks that come and go are no step forward.
    AtomicInteger assigned = new AtomicInteger();
    LongSupplier steps =
        () ->
            access.revocations().steps()
                + assigned.accumulateAndGet(inbox.assigned(), Math::max)
                + inbox.restored()
                + partitions.owned()
                + partitions.open()
                + path.reader().steps();
    Opening opening =
        new Opening(
            access.revocationsRead(),
            List.of(inbox::health, partitions::health, path.reader()::health),
            () -> inbox.isRunning() || partitions.open() > 0,
            steps,
            node.service().prerequisites().limit(),
            System::nanoTime);
    node.service().prerequisites().await(opening, steps);
    front.start();
    reached.addAll(sockets());
    node.nodes().announce(membership.self().toString());
    return listening();
  }

  private Map<String, String> listening() {
    NodeEndpoints endpoints = node.configuration().endpoints();
    Map<String, String> listening = new HashMap<>();
    listening.put("mqtt", endpoints.bind().local(front.tcpPort()));
    if (tls.isPresent()) {
      listening.put("mqtts", endpoints.bind().local(front.tlsPort()));
      listening.put("wss", endpoints.bind().local(front.webSocketTlsPort()));
    }
    listening.put("ws", endpoints.bind().local(front.webSocketPort()));
    listening.put("internal", endpoints.internalBind().local(membership.internal().number()));
    return listening;
  }
}
