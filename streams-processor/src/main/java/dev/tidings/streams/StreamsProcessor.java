package dev.tidings.streams;

import dev.tidings.schemas.installation.Installation;
import dev.tidings.schemas.installation.Member;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.start.Prerequisites;
import dev.tidings.schemas.start.TopicAccess;
import dev.tidings.schemas.start.TopicWatch;
import dev.tidings.schemas.start.TopicsFound;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.kafka.LogLiveness;
import dev.tidings.service.kafka.RestoreProgress;
import dev.tidings.service.kafka.ThreadFailures;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.management.ManagementServer;
import dev.tidings.service.management.Metrics;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.streams.read.RegistryPatience;
import dev.tidings.streams.resolve.ResolveTopology;
import dev.tidings.streams.resolve.Setup;
import dev.tidings.streams.run.StreamsProperties;
import dev.tidings.streams.run.StreamsRun;
import dev.tidings.streams.run.StreamsRuns;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.Undeliverable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams processor: its main method, and the order in which its parts are started. */
public final class StreamsProcessor {
  private static final List<LogTopic<?>> TOPICS =
      List.of(
          LogTopics.NOTIFICATIONS,
          LogTopics.REGISTRATIONS,
          LogTopics.DELIVERIES,
          LogTopics.RECEIPTS,
          LogTopics.DEAD_LETTERS,
          LogTopics.WAITING,
          LogTopics.CONTROL);
  private static final TopicAccess ACCESS =
      TopicAccess.of(
          List.of(LogTopics.NOTIFICATIONS, LogTopics.REGISTRATIONS, LogTopics.WAITING),
          List.of(
              LogTopics.DELIVERIES, LogTopics.RECEIPTS, LogTopics.DEAD_LETTERS, LogTopics.WAITING));
  private static final Logger log = LoggerFactory.getLogger(StreamsProcessor.class);

  private static final String COMMAND = "streams-processor";
  private static final Duration QUICK = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final Readiness readiness = new Readiness();
  private final Config config;
  private final Lifecycle lifecycle;
  private final InstantSource clock = InstantSource.system();
  private final String instance;
  private final TopicNames names;
  private final PrometheusMeterRegistry metrics = Metrics.registry(COMMAND);
  private final Prerequisites prerequisites;
  private final TableDirectory tables;
  private final RestoreProgress progress = new RestoreProgress();
  private final AtomicReference<@Nullable StreamsRuns> runs = new AtomicReference<>();

  private StreamsProcessor(Config config, Lifecycle lifecycle) {
    this.config = config;
    this.lifecycle = lifecycle;
    this.instance = LogSettings.instance(config);
    this.names = new TopicNames(LogSettings.topicPrefix(config));
    this.tables =
        new TableDirectory(
            config.get(StreamsSettings.STATE_DIR),
            names.group(StreamsProperties.APPLICATION_ID),
            clock);
    this.prerequisites = new Prerequisites(config.get(LogSettings.START_TIMEOUT));
  }

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, COMMAND, StreamsSettings.ALL, StreamsProcessor::start));
  }

  static void start(Config config, Lifecycle lifecycle) throws Exception {
    new StreamsProcessor(config, lifecycle).start();
  }

  private void start() throws IOException, InterruptedException {
    Map<String, String> kafka = LogSettings.kafka(config);
    RegistryClient registry = new RegistryClient(RegistryConfig.of(LogSettings.registry(config)));
    lifecycle.onStop("schema registry client", QUICK, registry::close);
    ManagementServer management = startManagement();

    TopicsFound topics = prerequisites.awaitTopics(kafka, names.all(TOPICS));
    join(kafka, topics);
    prerequisites.awaitSchemas(
        registry, names.all(List.of(LogTopics.DELIVERIES, LogTopics.RECEIPTS)));

    RocksLibrary.load(config.get(StreamsSettings.STATE_DIR));
    StreamsRuns started = startStreams(kafka, registry, topics);
    watchLog(kafka, topics, started);
    awaitRunning(started);
    lifecycle.onStop("readiness", QUICK, readiness::draining);
    lifecycle.started(Map.of("management", management.address()));
  }

  private void join(Map<String, String> kafka, TopicsFound topics) throws InterruptedException {
    Installation installation =
        Installation.join(
            kafka,
            instance + "-installation",
            names.of(LogTopics.CONTROL),
            new Member(config.get(LogSettings.INSTALLATION_ID), Optional.empty(), false),
            topics,
            prerequisites,
            clock);
    lifecycle.vital("installation");
    lifecycle.onStop("installation", QUICK, installation::close);
    readiness.add("installation", () -> Health.unless(installation.wrong()));
  }

  private ManagementServer startManagement() throws IOException {
    readiness.add("streams", this::streamsHealth).add("registry", this::registryHealth);
    ManagementServer management =
        ManagementServer.start(
            StreamsSettings.managementHost(config),
            config.get(StreamsSettings.MANAGEMENT_PORT),
            metrics,
            readiness);
    lifecycle.onStop("management server", QUICK, management::close);
    return management;
  }

  private StreamsRuns startStreams(
      Map<String, String> kafka, RegistryClient registry, TopicsFound topics) {
    tables.mend(topics.tombstonesKept(), Set.of("waiting"));
    RocksMemory memory = new RocksMemory(config.get(RocksMemory.SIZE));
    lifecycle.onStop("memory of the tables", QUICK, memory::close);
    Meters meters = new Meters(metrics);
    Undeliverable undeliverable =
        new Undeliverable(registry, names, instance, clock, meters, () -> producer(kafka));
    lifecycle.onStop("producer of dead letters", QUICK, undeliverable::close);
    StreamsProperties properties =
        new StreamsProperties(
            kafka,
            names.group(StreamsProperties.APPLICATION_ID),
            instance,
            config.get(StreamsSettings.STATE_DIR),
            config.get(StreamsSettings.THREADS),
            config.get(StreamsSettings.STANDBYS),
            config.get(StreamsSettings.GROUP_INSTANCE),
            topics.replicas(names.of(LogTopics.NOTIFICATIONS)),
            config.get(StreamsSettings.COMMIT_INTERVAL),
            undeliverable,
            memory);
    Properties asProperties = new Properties();
    asProperties.putAll(properties.toMap());
    ThreadFailures failures =
        new ThreadFailures(
            lifecycle::fail,
            tables::damagedBy,
            RegistryPatience.StoppedException.class,
            PAUSE,
            System::nanoTime,
            metrics);
    readiness.add("threads", failures);
    StreamsRuns all =
        TopologyRuns.of(
            kafka,
            instance + "-offsets",
            names,
            config.get(StreamsSettings.STATE_DIR),
            clock,
            metrics,
            (changed, sameUntil) -> {
              RegistryPatience patience = new RegistryPatience(PAUSE, clock);
              Setup setup =
                  new Setup(
                      registry,
                      patience,
                      meters,
                      clock,
                      names,
                      topics.partitions(),
                      instance,
                      config.get(StreamsSettings.GRACE),
                      sameUntil,
                      changed.contains(Setup.WAITING_STORE));
              KafkaStreams streams = new KafkaStreams(ResolveTopology.of(setup), asProperties);
              streams.setUncaughtExceptionHandler(failures);
              streams.setGlobalStateRestoreListener(progress);
              return new StreamsRun(streams, patience);
            });
    runs.set(all);
    lifecycle.vital(StreamsRuns.THREAD);
    lifecycle.onStop(
        "Kafka Streams", StreamsRuns.CLOSE_WITHIN.plus(QUICK), () -> all.close(membership()));
    all.start();
    return all;
  }

  /** Watches whether the log is available and its topics are unchanged. */
  private void watchLog(Map<String, String> kafka, TopicsFound topics, StreamsRuns started) {
    LogLiveness liveness =
        LogLiveness.start(
            kafka,
            instance + "-liveness",
            () -> {
              if (started.isRunning()) {
                tables.touch();
              }
            },
            lifecycle::fail,
            clock,
            metrics);
    lifecycle.onStop("log liveness", QUICK, liveness::close);
    readiness.add("broker", liveness);
    TopicWatch watch = TopicWatch.start(kafka, instance + "-topics", topics, ACCESS.named(names));
    lifecycle.onStop("topic watch", QUICK, watch::close);
    readiness.add("topics", () -> Health.unless(watch.wrong()));
    Gauge.builder("tidings.log.partitions.leaderless", watch, TopicWatch::leaderless)
        .description("Partitions of this service's topics that no broker leads.")
        .register(metrics);
  }

  private Producer<byte[], byte[]> producer(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, instance + "-dead-letters");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Waits until the topology runs, however long the tables take to restore: giving up would only
   * mean starting again.
   */
  private void awaitRunning(StreamsRuns started) throws InterruptedException {
    long nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
    while (!started.isRunning()) {
      String doing = started.starting();
      if (System.nanoTime() - nextLine >= 0) {
        nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
        log.info("{}{}", doing, progress.underWay().map(restored -> ", " + restored).orElse(""));
      }
      Thread.sleep(PAUSE.dividedBy(10));
    }
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
    return started == null
        ? Health.unhealthy(
            prerequisites.waitingFor().map(what -> "waiting: " + what).orElse("starting"))
        : started.health();
  }

  private Health registryHealth() {
    StreamsRuns started = runs.get();
    return started == null ? Health.healthy() : Health.unless(started.waitingFor());
  }
}
