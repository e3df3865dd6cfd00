package dev.tidings.node;

import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.node.cluster.ClusterView;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.erase.DeviceSteps;
import dev.tidings.node.erase.Erasures;
import dev.tidings.node.inbox.InboxStreams;
import dev.tidings.node.inbox.InboxTopology;
import dev.tidings.node.keep.KeptSessions;
import dev.tidings.node.keep.WritePace;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.AdminLookup;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.membership.GroupMeters;
import dev.tidings.node.membership.GroupWatch;
import dev.tidings.node.membership.Roll;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.NotReadYet;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.register.Generations;
import dev.tidings.node.register.RegistrationLimits;
import dev.tidings.node.register.RevocationCheck;
import dev.tidings.node.register.RevocationsTail;
import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.register.TokenRegistrar;
import dev.tidings.node.relay.AddressWatch;
import dev.tidings.node.relay.KnownPorts;
import dev.tidings.node.relay.OwnerDirectory;
import dev.tidings.node.relay.PeerTls;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.node.table.TableReaders;
import dev.tidings.node.table.TableRule;
import dev.tidings.node.transport.ClusterPeers;
import dev.tidings.node.transport.InternalPort;
import dev.tidings.node.transport.MqttFront;
import dev.tidings.node.transport.MqttFrontSettings;
import dev.tidings.node.transport.TlsContexts;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.SchemaFiles;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.context.ServiceContext;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.context.TokenKeySetting;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.kafka.StreamThreadRestarts;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.lifecycle.StopOrder;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.service.start.TopicAccess;
import dev.tidings.service.start.TopicsFound;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * The delivery node service: serves the devices' connections, and keeps each notification until it
 * is confirmed.
 */
public final class DeliveryNode {
  private static final String COMMAND = "delivery-node";
  private static final Duration SOON = Duration.ofSeconds(5);

  /** The pause before the first replacement of a stream thread. */
  private static final Duration THREAD_PAUSE = Duration.ofMillis(200);

  /** Longer than a partition can be in a rebalance without a stream thread noticing. */
  private static final Duration ADDRESS_PATIENCE = Duration.ofSeconds(20);

  private static final int READING_THREADS = 2;
  private static final long SWEEP_MINUTES = 10;

  /** After which an erasure that cannot be finished is tried again. */
  private static final long ERASURE_PAUSE_MILLIS = 500;

  /** About 150 bytes each. */
  private static final int REVOKED_IN_MEMORY = 65_536;

  private static final List<LogTopic<?>> TOPICS =
      List.of(
          LogTopics.REGISTRATIONS,
          LogTopics.REVOCATIONS,
          LogTopics.GENERATIONS,
          LogTopics.DELIVERIES,
          LogTopics.INBOX,
          LogTopics.SUBSCRIPTIONS,
          LogTopics.ERASURES,
          LogTopics.RECEIPTS,
          LogTopics.DEAD_LETTERS,
          LogTopics.CONTROL);

  /** All topics except {@code deliveries} are written; the listed ones are read. */
  private static TopicAccess access(DeviceAuthentication authentication) {
    List<LogTopic<?>> read =
        new ArrayList<>(
            List.of(
                LogTopics.REVOCATIONS,
                LogTopics.GENERATIONS,
                LogTopics.DELIVERIES,
                LogTopics.INBOX,
                LogTopics.SUBSCRIPTIONS,
                LogTopics.ERASURES));
    if (authentication.jwt().isPresent()) {
      read.add(LogTopics.CONTROL);
    }
    return TopicAccess.of(
        read, TOPICS.stream().filter(topic -> !topic.equals(LogTopics.DELIVERIES)).toList());
  }

  /** How a node stops, from the first step to the last. */
  public static final StopOrder STOP_ORDER =
      StopOrder.of(
          // Balancers send no more devices; the ports are closed; nothing more is read from the
          // log, devices may confirm what they have, the rest is parked and they are told to go.
          "readiness",
          "accepting",
          "drain",
          "tls",
          "internal tls",
          // What watches the others.
          "topic watch",
          "log liveness",
          "owner directory",
          "group watch",
          "members",
          // Each partition is released with its last commit, which the reader makes; the node
          // leaves
          // the group, and others take over. So the reader stops after it.
          "parked inbox",
          "memory of the inbox",
          "delivery reader",
          // What the partitions used: their tables, and last the writer, which flushes.
          "inbox readers",
          "table readers",
          "log writer",
          "event loops",
          "revocations",
          // Who may connect.
          "device tokens",
          "control",
          "topic ids",
          // As in every service.
          "registry client",
          "installation",
          "management");

  private DeliveryNode() {}

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, COMMAND, NodeSettings.ALL, DeliveryNode::start));
  }

  /** Starts all components, each after those it depends on; they stop in reverse order. */
  static void start(Config config, Lifecycle lifecycle) throws Exception {
    lifecycle.stopIn(STOP_ORDER);
    lifecycle.vital(
        "delivery-reader", "log-writer", "revocations", "control entries", "group-watch");
    // Checks of the configuration that need no other service.
    TokenKeys keys = TokenKeySetting.of(config);
    TokenMint mint = new TokenMint(keys);
    ServiceInstance instance = ServiceInstance.of(COMMAND, config);
    NodeEndpoints endpoints = NodeEndpoints.of(config, instance.clients().brokers());
    CollapseKeys collapseKeys = new CollapseKeys(DeliverySettings.keepLatest(config));
    DeviceAuthentication authentication = DeviceAuthentication.of(config);
    MqttFrontSettings frontSettings = FrontSettings.of(config);
    requireFixedPort(config);
    LogClients clients = new LogClients(config, instance);
    Clock clock = Clock.systemUTC();
    NodeTls tls = NodeTls.of(config);
    OpenPorts.check(config);

    // Health and metrics start first and stop last; then the parts that need the log.
    ServiceContext service =
        ServiceContext.open(
            config,
            lifecycle,
            instance,
            config.get(ManagementSettings.HOST),
            config.get(NodeSettings.MANAGEMENT_PORT));
    Readiness readiness = service.readiness();
    MeterRegistry metrics = service.metrics();
    TopicNames names = instance.topics();
    TopicsFound topics = service.awaitTopics(TOPICS);
    service.join(topics, Optional.of(keys), true);
    int partitionCount = topics.partitions();
    // All schemas the node writes: a missing one would later block the writes to its topic.
    RegistryClient registry =
        service.registry(
            registries ->
                new RegistryClient(
                    registries,
                    new SchemaFiles(
                        config.get(NodeSettings.STATE_DIR).resolve("schemas"), registries)),
            List.of(
                LogTopics.RECEIPTS,
                LogTopics.INBOX,
                LogTopics.REGISTRATIONS,
                LogTopics.REVOCATIONS,
                LogTopics.GENERATIONS,
                LogTopics.SUBSCRIPTIONS,
                LogTopics.ERASURES));

    Admin topicAdmin = clients.topics();
    lifecycle.onStop("topic ids", SOON, () -> topicAdmin.close(Duration.ofSeconds(1)));
    DeviceAuthentication.Started authenticating =
        authentication.start(
            lifecycle,
            readiness,
            metrics,
            () ->
                EnteredIssuersFollowing.start(
                    lifecycle,
                    readiness,
                    metrics,
                    clients.control(names.of(LogTopics.CONTROL), topicAdmin),
                    registry,
                    clock),
            clock);
    RevokedTokens revoked = new RevokedTokens(REVOKED_IN_MEMORY);
    RevocationsTail revocations =
        new RevocationsTail(
            clients.table("revocations"),
            names.of(LogTopics.REVOCATIONS),
            revoked,
            new RevocationCheck(registry),
            REVOKED_IN_MEMORY);
    NodeGauges.bind(metrics, revocations);
    revocations.start();
    lifecycle.onStop("revocations", SOON, revocations::close);
    HealthCheck revocationsRead =
        () ->
            revocations.isComplete()
                ? Health.healthy()
                : Health.unhealthy("revocations are still being read");
    readiness.add("revocations", revocationsRead);

    // The path of a delivery, from its end to its beginning.
    EventLoops loops =
        EventLoops.withAcceptor(
            "mqtt",
            config.get(NodeSettings.EVENT_LOOPS),
            new AcceptFailures("tidings.node.accept.failures", metrics));
    loops.watch(lifecycle::fail);
    lifecycle.onStop("event loops", SOON, () -> loops.close(Duration.ofSeconds(2)));
    LogWriter log =
        new LogWriter(
            clients::writer,
            names,
            new AvroSerializer<>(registry),
            new WriterMeters(metrics),
            lifecycle::fail,
            clients.writerLimits());
    log.start();
    lifecycle.onStop("log writer", SOON, log::close);
    TableDirectory tables =
        new TableDirectory(
            config.get(NodeSettings.STATE_DIR), names.group(ConsumerGroups.INBOX), clock);
    // Reading threads can find damage too, in places that no stream thread may ever read.
    Consumer<Throwable> damage =
        failure ->
            tables
                .damagedBy(failure)
                .ifPresent(why -> lifecycle.fail(new IllegalStateException(why, failure)));
    TableReaders tableReaders = new TableReaders(READING_THREADS, damage);
    lifecycle.onStop("table readers", SOON, tableReaders::close);
    DeviceTable<Generation> generations =
        new DeviceTable<>(
            "generations",
            LogTopics.GENERATIONS,
            partitionCount,
            log,
            tableReaders,
            registry,
            Generations.RULE);
    Generations tokens = new Generations(generations, mint, new TokenCheck(keys), revoked);
    ParkedReader parked =
        new ParkedReader(
            READING_THREADS,
            () -> new DeliveryDeserializer(registry),
            tokens::isRevoked,
            new NotReadYet(metrics, System::nanoTime),
            damage);
    lifecycle.onStop("inbox readers", SOON, parked::close);
    DeviceTable<Subscription> subscriptions =
        new DeviceTable<>(
            "subscriptions",
            LogTopics.SUBSCRIPTIONS,
            partitionCount,
            log,
            tableReaders,
            registry,
            TableRule.last());
    KeptSessions sessions =
        new KeptSessions(
            subscriptions,
            config.get(NodeSettings.SESSION_EXPIRY_MAX),
            clock,
            WritePace.real(metrics));
    DeviceTable<Erasure> erasureTable =
        new DeviceTable<>(
            "erasures",
            LogTopics.ERASURES,
            partitionCount,
            log,
            tableReaders,
            registry,
            Erasures.RULE);
    DeadLetters deadLetters = new DeadLetters(log, metrics);
    DeliveryReader deliveries =
        new DeliveryReader(
            clients::deliveries,
            names.of(LogTopics.DELIVERIES),
            new AdminLookup(topicAdmin, names.group(ConsumerGroups.DELIVERY_NODES)),
            new DeliveryDecoder(new DeliveryDeserializer(registry), DeliveryNode::monotonicMillis),
            deadLetters,
            DeliverySettings.reading(config),
            log::isFull,
            new ReaderMeters(metrics),
            lifecycle::fail);
    deliveries.start();
    lifecycle.onStop("delivery reader", SOON, deliveries::close);
    Partitions partitions =
        new Partitions(
            partitionCount,
            loops.workers(),
            DeliverySettings.rules(config, partitionCount),
            log,
            deliveries,
            parked,
            deadLetters,
            collapseKeys,
            revoked::isRevoked,
            revoked::isErased,
            new DeliveryMeters(metrics),
            clock,
            DeliveryNode::monotonicMillis,
            instance.name());
    authenticating.whenIssuersEnd().accept(partitions::endUnproved);
    NodeGauges.bind(metrics, partitions, log, revoked, generations);
    TokenRegistrar registrar =
        new TokenRegistrar(
            mint,
            generations,
            revoked,
            log,
            clock,
            System::nanoTime,
            new RegistrationLimits(
                config.get(NodeSettings.MAX_APPS), config.get(NodeSettings.MAX_REGISTRATIONS)),
            partitions::purge);
    Erasures erasures =
        new Erasures(
            erasureTable,
            new DeviceSteps(generations, registrar, sessions, partitions),
            clock,
            instance.name(),
            CompletableFuture.delayedExecutor(ERASURE_PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    NodeGauges.bind(metrics, erasures);
    erasures.start();
    // The port identifies this node to the others, so it is opened before joining the group.
    InternalPort internal =
        InternalPort.open(
            loops,
            config.get(InternalSettings.INTERNAL_BIND_ADDRESS),
            config.get(InternalSettings.INTERNAL_PORT),
            config.get(InternalSettings.INTERNAL_PORTS));
    NodeAddress self = new NodeAddress(endpoints.advertisedHost(), internal.number());
    RocksLibrary.load(config.get(NodeSettings.STATE_DIR));
    RocksMemory memory = new RocksMemory(config.get(RocksMemory.SIZE));
    lifecycle.onStop("memory of the inbox", SOON, memory::close);
    tables.mend(topics.tombstonesKept(), InboxTopology.WALKED);
    StreamThreadRestarts failures =
        new StreamThreadRestarts(
            lifecycle::fail, tables::damagedBy, THREAD_PAUSE, System::nanoTime, metrics);
    InboxStreams inbox =
        new InboxStreams(
            clients.inbox(self, memory).toProperties(),
            names.of(LogTopics.INBOX),
            partitions,
            () -> new ParkedHeaderReader(registry, collapseKeys),
            tokens::isRevoked,
            failures,
            generations,
            subscriptions,
            erasureTable);
    lifecycle.onStop(
        "parked inbox", Duration.ofSeconds(20), () -> inbox.close(SOON.multipliedBy(3)));
    inbox.start();
    Admin members = clients.members();
    lifecycle.onStop("members", SOON, () -> members.close(Duration.ZERO));
    GroupWatch group =
        new GroupWatch(
            inbox::answers,
            Roll.of(members, names.group(ConsumerGroups.INBOX)),
            new GroupWatch.Rules(
                config.get(NodeSettings.SESSION_TIMEOUT),
                config.get(NodeSettings.ISOLATION_TIMEOUT)),
            partitions,
            new GroupMeters(metrics),
            System::nanoTime,
            clock);
    lifecycle.onStop("group watch", SOON, group::close);
    group.start();
    readiness.add("group", group);
    AddressWatch addresses =
        new AddressWatch(self, partitionCount, ADDRESS_PATIENCE, System::nanoTime);
    NodeGauges.bind(metrics, addresses);
    Optional<PeerTls> peerTls = tls.startNodes(lifecycle, clock, metrics);
    OwnerDirectory owners =
        new OwnerDirectory(
            partitionCount,
            self,
            () -> {
              ClusterView clusterView = inbox.fleet();
              addresses.look(clusterView);
              return clusterView.owners();
            },
            new KnownPorts(peerTls));
    lifecycle.onStop("owner directory", SOON, owners::close);
    owners.start();
    loops
        .workers()
        .next()
        .scheduleAtFixedRate(
            () -> {
              sessions.sweep();
              erasures.sweep();
            },
            SWEEP_MINUTES,
            SWEEP_MINUTES,
            TimeUnit.MINUTES);
    readiness.add("inbox", inbox::health);
    readiness.add("addresses", addresses::health);
    readiness.add("threads", failures);
    readiness.add("partitions", partitions::health);
    readiness.add("deliveries", deliveries::health);
    readiness.add("log", log::health);
    service.watchLog(
        topics,
        access(authentication),
        () -> {
          if (inbox.isRunning()) {
            tables.touch();
          }
        },
        log::topicRecreated);

    Optional<TlsContexts> deviceTls = tls.startDevices(lifecycle, clock, metrics);
    MqttFront front =
        new MqttFront(
            frontSettings,
            loops,
            Optional.of(new ClusterPeers(owners, internal, endpoints.advertisedHost(), peerTls)),
            deviceTls,
            authenticating.devices(),
            partitions,
            registrar,
            sessions,
            clock,
            metrics);
    readiness.add("relays", front::relayHealth);
    Duration drain = config.get(NodeSettings.DRAIN_TIMEOUT);
    lifecycle.onStop("drain", drain.plus(SOON), () -> partitions.drain(drain));
    lifecycle.onStop("accepting", SOON, front::stopAccepting);
    lifecycle.onStop("readiness", SOON, readiness::draining);

    // A device that registers before the revocations are read could be given back a token that was
    // revoked.
    LongSupplier steps =
        () ->
            revocations.read()
                + inbox.assigned()
                + inbox.restored()
                + partitions.owned()
                + partitions.open()
                + deliveries.steps();
    Opening opening =
        new Opening(
            revocationsRead,
            List.of(inbox::health, partitions::health, deliveries::health),
            () -> inbox.isRunning() || partitions.open() > 0,
            steps,
            service.prerequisites().limit(),
            System::nanoTime);
    service.prerequisites().await(opening, steps);
    front.start();
    Map<String, String> listening = new HashMap<>();
    listening.put("mqtt", endpoints.bind().local(front.tcpPort()));
    if (deviceTls.isPresent()) {
      listening.put("mqtts", endpoints.bind().local(front.tlsPort()));
      listening.put("wss", endpoints.bind().local(front.webSocketTlsPort()));
    }
    listening.put("ws", endpoints.bind().local(front.webSocketPort()));
    listening.put("internal", endpoints.internalBind().local(internal.number()));
    service.started(listening);
  }

  /**
   * Returns a monotonic time in milliseconds: the host's clock may be changed while this process
   * runs.
   */
  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /**
   * Checks that a static member has a fixed port: it keeps its partitions without a rebalance, so
   * the others would not learn of a new port.
   */
  private static void requireFixedPort(Config config) {
    if (config.get(NodeSettings.GROUP_INSTANCE_ID).isPresent()
        && config.get(InternalSettings.INTERNAL_PORT) == 0) {
      throw ConfigException.of(
          InternalSettings.INTERNAL_PORT, 0, "a fixed port, for group.instance.id is set");
    }
  }
}
