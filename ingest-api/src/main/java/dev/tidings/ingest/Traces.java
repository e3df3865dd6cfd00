package dev.tidings.ingest;

import dev.tidings.ingest.audit.AuditParts;
import dev.tidings.ingest.audit.GetAudit;
import dev.tidings.ingest.earlier.EarlierParts;
import dev.tidings.ingest.history.HistoryParts;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.rest.GetTrace;
import dev.tidings.ingest.rest.PeerClient;
import dev.tidings.ingest.rest.TraceTurns;
import dev.tidings.ingest.trace.SearchLimits;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.kafka.StreamThreadRestarts;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.kafka.tables.TableTopics;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.service.rocks.TableOrigins;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * The parts that serve traces. The service is created before the table, because the table publishes
 * the server's port to the other nodes.
 */
final class Traces implements AutoCloseable {
  private final Config config;
  private final ServiceInstance instance;
  private final RegistryClient registry;
  private final IngestEndpoint endpoint;
  private final Admin admin;
  private final TraceTurns turns;
  private final AuditParts audit;
  private final Optional<Supplier<SSLContext>> nodesTls;
  private final AtomicReference<@Nullable TraceFinder> finder = new AtomicReference<>();
  private final TableDirectory tables;
  private final StreamThreadRestarts failures;
  private final TableTopics topics;
  private final DamagedPartitions damaged;
  private final MeterRegistry metrics;
  private final Consumer<Throwable> fatal;
  private volatile @Nullable TraceTable table;
  private @Nullable PeerClient nodes;
  private @Nullable EarlierParts earlier;
  private @Nullable HistoryParts history;

  /**
   * Creates the parts, except the table.
   *
   * @param admin owned and closed by the caller
   * @param tables the directory of the table
   * @param topics what is known of the table's topic
   * @param failures decides what to do when the table's thread dies
   * @param damaged learns which partitions are not read because a batch is damaged
   * @param fatal receives a failure after which the table cannot be made
   * @param nodesTls gives the TLS context of connections to other nodes; empty if they are without
   */
  Traces(
      Config config,
      ServiceInstance instance,
      RegistryClient registry,
      IngestEndpoint endpoint,
      Admin admin,
      TableDirectory tables,
      TableTopics topics,
      StreamThreadRestarts failures,
      DamagedPartitions damaged,
      MeterRegistry metrics,
      Consumer<Throwable> fatal,
      Optional<Supplier<SSLContext>> nodesTls) {
    this.nodesTls = nodesTls;
    this.tables = tables;
    this.topics = topics;
    this.damaged = damaged;
    this.metrics = metrics;
    this.fatal = fatal;
    this.failures = failures;
    this.config = config;
    this.instance = instance;
    this.registry = registry;
    this.endpoint = endpoint;
    this.admin = admin;
    this.turns =
        new TraceTurns(
            config.get(IngestSettings.TRACE_THREADS),
            config.get(IngestSettings.TRACE_SEARCHES),
            config.get(IngestSettings.TRACE_REQUESTS_PER_ADDRESS));
    this.audit = new AuditParts(metrics);
  }

  GetTrace operation(
      TokenKeys keys, Optional<ProviderGate> gate, SendLimits limits, KnownPeers peers) {
    return new GetTrace(
        () -> Optional.ofNullable(finder.get()),
        turns,
        this::nodes,
        new NodeSeal(keys),
        gate,
        limits,
        peers);
  }

  /** Returns what tells which requests come again, here and to other nodes. */
  EarlierParts earlier(TokenKeys keys, KnownPeers peers, MeterRegistry metrics) {
    EarlierParts made =
        new EarlierParts(
            () -> Optional.ofNullable(table),
            registry,
            this::nodes,
            new NodeSeal(keys),
            peers,
            metrics);
    earlier = made;
    return made;
  }

  /** Returns what tells the history, here and to other nodes. */
  HistoryParts history(TokenKeys keys, KnownPeers peers) {
    HistoryParts made =
        new HistoryParts(
            () -> Optional.ofNullable(table),
            registry,
            this::nodes,
            new NodeSeal(keys),
            peers,
            config.get(IngestSettings.TRACE_HISTORY),
            config.get(IngestSettings.TRACE_REQUESTS_PER_ADDRESS),
            config.get(IngestSettings.TRACE_FORWARD_TIMEOUT),
            InstantSource.system());
    history = made;
    return made;
  }

  /** Returns what the audit has found. */
  Optional<AuditParts.Found> audited() {
    return audit.found();
  }

  /** Returns what tells which notifications have no receipt. */
  GetAudit audit(Optional<ProviderGate> gate, SendLimits limits) {
    return audit.operation(gate, limits);
  }

  /** Returns the queues of the requests for traces. */
  TraceTurns turns() {
    return turns;
  }

  /**
   * Returns the client of other nodes, created on first use: it costs start time and threads, and a
   * single node never needs it.
   */
  private synchronized PeerClient nodes() {
    PeerClient made = nodes;
    if (made == null) {
      made = new PeerClient(config.get(IngestSettings.TRACE_FORWARD_TIMEOUT), nodesTls);
      nodes = made;
    }
    return made;
  }

  /** Returns the directory of the table. */
  static TableDirectory directory(Config config, TopicNames names, InstantSource clock) {
    return new TableDirectory(state(config), names.group(ConsumerGroups.TRACES), clock);
  }

  private static Path state(Config config) {
    return config.get(IngestSettings.STATE_DIR).resolve("traces");
  }

  /** Records that the log has answered: the table, if it runs, is then up to date. */
  void logAnswered() {
    TraceTable started = table;
    if (started != null && started.isRunning()) {
      tables.touch();
    }
  }

  /** A topic was deleted and created again. */
  void topicRecreated(String topic) {
    TraceTable started = table;
    if (started != null) {
      started.topicRecreated(topic);
    }
  }

  /** Returns which topic the table on this disk was built from. */
  static TableOrigins origins(Config config, TopicNames names) {
    return new TableOrigins(state(config), names.group(ConsumerGroups.TRACES));
  }

  /** Starts the table, publishing this port to the other nodes. */
  void start(int port) {
    TraceTable started =
        TraceTable.start(
            instance.clients(),
            instance.topics(),
            HostInfo.buildFromEndpoint(endpoint.advertised(config, port)),
            state(config),
            config.get(IngestSettings.TRACE_RETENTION),
            config.get(IngestSettings.TRACE_HISTORY),
            registry,
            new RocksMemory(config.get(RocksMemory.SIZE)),
            failures,
            topics,
            damaged,
            metrics,
            fatal);
    table = started;
    finder.set(
        new TraceFinder(
            started,
            instance.topics(),
            () ->
                instance
                    .clients()
                    .consumer("search")
                    // Records of an aborted transaction of a provider are never read.
                    .guaranteed(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
                    .openConsumer(),
            admin,
            registry,
            new SearchLimits(
                config.get(IngestSettings.TRACE_SEARCH_RECORDS),
                config.get(IngestSettings.TRACE_SEARCH_TIMEOUT))));
    EarlierParts looking = earlier;
    if (looking != null) {
      audit.start(
          config,
          instance,
          admin,
          registry,
          looking.receipts(),
          config.get(IngestSettings.TRACE_RETENTION),
          InstantSource.system());
    }
  }

  @Override
  public void close() throws InterruptedException {
    audit.close();
    turns.close();
    HistoryParts told = history;
    if (told != null) {
      told.close();
    }
    EarlierParts looking = earlier;
    if (looking != null) {
      looking.close();
    }
    TraceTable started = table;
    if (started != null) {
      started.close();
    }
    closeNodes();
  }

  private synchronized void closeNodes() {
    PeerClient made = nodes;
    if (made != null) {
      made.close();
    }
  }
}
