package dev.tidings.streams;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.topic.UnwritablePartition;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceContext;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.health.Health;
import dev.tidings.service.installation.Installation;
import dev.tidings.service.kafka.ChangelogEnds;
import dev.tidings.service.kafka.LogDeletions;
import dev.tidings.service.kafka.RestoreProgress;
import dev.tidings.service.kafka.StreamThreadRestarts;
import dev.tidings.service.kafka.client.StreamsRebalances;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.lifecycle.StopOrder;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.service.start.TopicsFound;
import dev.tidings.streams.broadcast.BroadcastStep;
import dev.tidings.streams.cap.CapRules;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.resolve.ResolveStep;
import dev.tidings.streams.run.StreamClients;
import dev.tidings.streams.run.StreamsProperties;
import dev.tidings.streams.run.StreamsRun;
import dev.tidings.streams.run.StreamsRuns;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.StreamsTopology;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.OversizedRecords;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** The streams processor: its main method, and the order in which its parts are started. */
public final class StreamsProcessor {
  private static final String COMMAND = "streams-processor";
  private static final Duration QUICK = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How the service stops, from the first step to the last. */
  public static final StopOrder STOP_ORDER =
      StopOrder.of(
          "readiness",
          // What watches the others.
          "topic watch",
          "log liveness",
          // What was read is finished and committed, then the group is left.
          "Kafka Streams",
          "producer of dead letters",
          "memory of the tables",
          "control",
          // As in every service.
          "registry client",
          "installation",
          "management");

  private final Config config;
  private final Lifecycle lifecycle;
  private final ServiceContext service;
  private final InstantSource clock;
  private final ServiceInstance instance;
  private final TopicNames names;
  private final MeterRegistry metrics;
  private final TableDirectory tables;
  private final RestoreProgress progress = new RestoreProgress();
  private final ChangelogEnds ends =
      new ChangelogEnds(() -> progress.underWay().isPresent(), System::nanoTime);
  private final StreamClients clients;
  private final AtomicReference<@Nullable StreamsRuns> runs = new AtomicReference<>();

  private StreamsProcessor(Config config, Lifecycle lifecycle) throws IOException {
    this.config = config;
    this.lifecycle = lifecycle;
    this.instance = ServiceInstance.of(COMMAND, config);
    this.service =
        ServiceContext.open(
            config,
            lifecycle,
            instance,
            StreamsSettings.managementHost(config),
            config.get(StreamsSettings.MANAGEMENT_PORT));
    this.clock = service.clock();
    this.names = instance.topics();
    this.metrics = service.metrics();
    this.clients = new StreamClients(ends, service.damaged());
    this.tables =
        new TableDirectory(
            config.get(StreamsSettings.STATE_DIR),
            names.group(ConsumerGroups.STREAMS_PROCESSOR),
            clock);
  }

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, COMMAND, StreamsSettings.ALL, StreamsProcessor::start));
  }

  static void start(Config config, Lifecycle lifecycle) throws Exception {
    lifecycle.stopIn(STOP_ORDER);
    StreamsOpenPorts.check(config);
    new StreamsProcessor(config, lifecycle).start();
  }

  private void start() throws IOException, InterruptedException {
    service.readiness().add("streams", this::streamsHealth).add("registry", this::registryHealth);
    TopicsFound topics = service.awaitTopics(StreamsTopics.ALL);
    Installation installation = service.join(topics, Optional.empty(), false);
    RegistryClient registry =
        service.registry(
            installation,
            config.get(StreamsSettings.STATE_DIR),
            List.of(
                LogTopics.DELIVERIES,
                LogTopics.RECEIPTS,
                LogTopics.SCHEDULES,
                LogTopics.BROADCASTS,
                LogTopics.MEMBERSHIPS));
    RocksLibrary.load(config.get(StreamsSettings.STATE_DIR));
    CapRules caps = CapsFollowing.start(lifecycle, service, instance, registry);
    StreamsRuns started = startStreams(registry, topics, caps);
    service.watchLog(
        topics,
        StreamsTopics.ACCESS,
        () -> {
          if (started.isRunning()) {
            tables.touch();
          }
        },
        this::recreated);
    StreamsStart.await(started, progress);
    lifecycle.onStop("readiness", QUICK, service.readiness()::draining);
    service.started(Map.of());
  }

  /**
   * A topic was recreated. After one that is read, the runs start anew by themselves, with other
   * producers.
   */
  private void recreated(String topic) {
    if (StreamsTopics.ONLY_WRITTEN.stream().anyMatch(only -> names.of(only).equals(topic))) {
      clients.replaceProducers();
    }
  }

  private StreamsRuns startStreams(RegistryClient registry, TopicsFound topics, CapRules caps)
      throws InterruptedException {
    Set<String> waiting = Set.of(StepContext.WAITING_STORE);
    tables.mend(topics.tombstonesKept(), new LogDeletions(instance.clients()), waiting, waiting);
    RocksMemory memory = new RocksMemory(config.get(RocksMemory.SIZE));
    lifecycle.onStop("memory of the tables", QUICK, memory::close);
    Meters meters = new Meters(metrics, clock);
    OversizedRecords oversizedRecords =
        new OversizedRecords(
            registry,
            names,
            instance.name(),
            clock,
            meters,
            instance.clients().producer("dead-letters")::openProducer);
    lifecycle.onStop("producer of dead letters", QUICK, oversizedRecords::close);
    StreamsProperties properties =
        new StreamsProperties(
            instance.clients(),
            names.group(ConsumerGroups.STREAMS_PROCESSOR),
            config.get(StreamsSettings.STATE_DIR),
            config.get(StreamsSettings.THREADS),
            config.get(StreamsSettings.STANDBYS),
            config.get(StreamsSettings.GROUP_INSTANCE),
            topics.replicas(names.of(LogTopics.NOTIFICATIONS)),
            config.get(StreamsSettings.COMMIT_INTERVAL),
            oversizedRecords,
            memory);
    Properties asProperties = properties.settings().toProperties();
    StreamThreadRestarts failures =
        new StreamThreadRestarts(
            lifecycle::fail,
            tables::damagedBy,
            RegistryRetry.StoppedException.class,
            PAUSE,
            System::nanoTime,
            metrics);
    service.readiness().add("threads", failures);
    StreamsRebalances rebalances = new StreamsRebalances(metrics);
    StreamsRuns all =
        TopologyRuns.of(
            instance.clients(),
            names,
            config.get(StreamsSettings.STATE_DIR),
            clock,
            metrics,
            (changed, sameUntil) -> {
              RegistryRetry patience = new RegistryRetry(PAUSE, clock);
              StepContext stepContext =
                  new StepContext(
                      registry,
                      patience,
                      meters,
                      clock,
                      names,
                      topics.partitions(),
                      instance.name(),
                      config.get(StreamsSettings.GRACE),
                      caps,
                      sameUntil,
                      changed.contains(StepContext.WAITING_STORE));
              KafkaStreams streams =
                  new KafkaStreams(
                      StreamsTopology.of(
                          names,
                          List.of(
                              new ResolveStep(stepContext),
                              new BroadcastStep(
                                  stepContext, config.get(StreamsSettings.BROADCAST_RATE)))),
                      asProperties,
                      clients);
              streams.setUncaughtExceptionHandler(failures);
              streams.setStateListener(rebalances);
              streams.setGlobalStateRestoreListener(progress);
              return new StreamsRun(
                  streams, patience, clients, config.get(StreamsSettings.THREADS));
            });
    runs.set(all);
    lifecycle.vital(StreamsRuns.THREAD);
    lifecycle.onStop(
        "Kafka Streams", StreamsRuns.CLOSE_WITHIN.plus(QUICK), () -> all.close(membership()));
    all.start();
    return all;
  }

  /**
   * Returns whether to leave the group at a stop. A dynamic member leaves, so that others take over
   * at once and not after the session timeout. A static member stays: it returns before the timeout
   * and keeps its partitions.
   */
  private GroupMembershipOperation membership() {
    return config.get(StreamsSettings.GROUP_INSTANCE).isPresent()
        ? GroupMembershipOperation.REMAIN_IN_GROUP
        : GroupMembershipOperation.LEAVE_GROUP;
  }

  private Health streamsHealth() {
    StreamsRuns started = runs.get();
    if (started == null) {
      return Health.unhealthy("starting");
    }
    Health health = started.health();
    List<UnwritablePartition> unwritable = service.unwritable();
    String damaged = service.damaged().trouble();
    if (!(health instanceof Health.Unhealthy(String reason))) {
      return Health.unless(damaged);
    }
    String unread =
        ends.trouble().map(missing -> "; " + missing).orElse("")
            + (damaged.isEmpty() ? "" : "; " + damaged);
    String unwritten = unwritable.isEmpty() ? "" : "; no records can be written to: " + unwritable;
    return Health.unhealthy(reason + unread + unwritten);
  }

  private Health registryHealth() {
    StreamsRuns started = runs.get();
    return started == null ? Health.healthy() : Health.unless(started.waitingFor());
  }
}
