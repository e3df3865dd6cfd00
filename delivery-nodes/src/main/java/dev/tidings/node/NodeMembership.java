package dev.tidings.node;

import dev.tidings.net.EventLoops;
import dev.tidings.node.cluster.ClusterView;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.inbox.InboxStreams;
import dev.tidings.node.inbox.InboxTopology;
import dev.tidings.node.membership.GroupMembership;
import dev.tidings.node.membership.GroupMeters;
import dev.tidings.node.membership.GroupWatch;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.relay.AddressWatch;
import dev.tidings.node.relay.OwnerDirectory;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.settings.InternalSettings;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.node.transport.InternalPort;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.kafka.AdminTopicIds;
import dev.tidings.service.kafka.LogDeletions;
import dev.tidings.service.kafka.StreamThreadRestarts;
import dev.tidings.service.kafka.tables.GroupCommits;
import dev.tidings.service.kafka.tables.TableTopics;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.rocks.TableOrigins;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * The node's place among the others: its share of the partitions, and where the others are.
 *
 * @param inbox the application whose active tasks are the owned partitions
 * @param internal the port for other nodes
 * @param peerTls of connections between nodes
 * @param owners which node owns which partition
 * @param self where the others reach this node
 */
record NodeMembership(
    InboxStreams inbox,
    InternalPort internal,
    Optional<PeerTls> peerTls,
    OwnerDirectory owners,
    NodeAddress self) {
  /** The pause before the first replacement of a stream thread. */
  private static final Duration THREAD_PAUSE = Duration.ofMillis(200);

  /** Longer than a partition can be in a rebalance without a stream thread noticing. */
  private static final Duration ADDRESS_PATIENCE = Duration.ofSeconds(20);

  /** Joins the group of the nodes, from which on this one owns partitions. */
  static NodeMembership join(
      NodeContext node, EventLoops loops, DeviceTables tables, DeliveryPath path) throws Exception {
    // The port identifies this node to the others, so it is opened before joining the group.
    InternalPort internal =
        InternalPort.open(
            loops,
            node.config().get(InternalSettings.INTERNAL_BIND_ADDRESS),
            node.config().get(InternalSettings.INTERNAL_PORT),
            node.config().get(InternalSettings.INTERNAL_PORTS));
    NodeAddress self =
        new NodeAddress(node.configuration().endpoints().advertisedHost(), internal.number());
    StreamThreadRestarts failures =
        new StreamThreadRestarts(
            node.lifecycle()::fail,
            tables.directory()::damagedBy,
            THREAD_PAUSE,
            System::nanoTime,
            node.metrics());
    InboxStreams inbox = inbox(node, self, tables, path.partitions(), failures);
    watchGroup(node, inbox, path.partitions());
    AddressWatch addresses =
        new AddressWatch(self, node.partitionCount(), ADDRESS_PATIENCE, System::nanoTime);
    NodeGauges.bind(node.metrics(), addresses);
    Optional<PeerTls> peerTls =
        node.configuration().tls().startNodes(node.lifecycle(), node.clock(), node.metrics());
    OwnerDirectory owners =
        new OwnerDirectory(
            node.partitionCount(),
            self,
            () -> {
              ClusterView clusterView = inbox.fleet();
              addresses.look(clusterView);
              return clusterView.owners();
            },
            new KnownPorts(peerTls),
            InetAddress::getAllByName);
    node.lifecycle().onStop("owner directory", NodeContext.SOON, owners::close);
    owners.start();
    node.readiness().add("inbox", inbox::health);
    node.readiness().add("addresses", addresses::health);
    node.readiness().add("threads", failures);
    return new NodeMembership(inbox, internal, peerTls, owners, self);
  }

  private static InboxStreams inbox(
      NodeContext node,
      NodeAddress self,
      DeviceTables tables,
      Partitions partitions,
      StreamThreadRestarts failures)
      throws Exception {
    RocksLibrary.load(node.config().get(NodeSettings.STATE_DIR));
    RocksMemory memory = new RocksMemory(node.config().get(RocksMemory.SIZE));
    node.lifecycle().onStop("memory of the inbox", NodeContext.SOON, memory::close);
    tables
        .directory()
        .mend(
            node.topics().tombstonesKept(),
            new LogDeletions(node.configuration().instance().clients()),
            InboxTopology.WALKED,
            Set.of());
    InboxStreams inbox =
        new InboxStreams(
            node.clients().inbox(self, memory).toProperties(),
            node.names().of(LogTopics.INBOX),
            partitions,
            () -> new ParkedHeaderReader(node.registry(), node.configuration().collapseKeys()),
            tables.tokens()::isRevoked,
            failures,
            new TableTopics(
                new TableOrigins(
                    node.config().get(NodeSettings.STATE_DIR),
                    node.names().group(ConsumerGroups.INBOX)),
                node.topics().ids(),
                new AdminTopicIds(node.topicAdmin()),
                new GroupCommits(node.topicAdmin(), node.names().group(ConsumerGroups.INBOX))),
            node.service().damaged(),
            node.metrics(),
            node.lifecycle()::fail,
            tables.generations(),
            tables.subscriptions(),
            tables.erasures(),
            tables.memberships());
    node.lifecycle()
        .onStop(
            "parked inbox",
            Duration.ofSeconds(20),
            () -> inbox.close(NodeContext.SOON.multipliedBy(3)));
    inbox.start();
    return inbox;
  }

  private static void watchGroup(NodeContext node, InboxStreams inbox, Partitions partitions) {
    Admin members = node.clients().members();
    node.lifecycle().onStop("members", NodeContext.SOON, () -> members.close(Duration.ZERO));
    GroupWatch group =
        new GroupWatch(
            inbox::answers,
            GroupMembership.of(members, node.names().group(ConsumerGroups.INBOX)),
            new GroupWatch.Rules(
                node.config().get(NodeSettings.SESSION_TIMEOUT),
                node.config().get(NodeSettings.ISOLATION_TIMEOUT)),
            partitions,
            inbox::rejoin,
            new GroupMeters(node.metrics()),
            System::nanoTime,
            node.clock());
    node.lifecycle().onStop("group watch", NodeContext.SOON, group::close);
    group.start();
    node.readiness().add("group", group);
  }
}
