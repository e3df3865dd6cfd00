package dev.tidings.ingest;

import dev.tidings.http.BodyMemory;
import dev.tidings.http.HttpService;
import dev.tidings.http.Router;
import dev.tidings.http.exchange.Bounds;
import dev.tidings.http.exchange.Limits;
import dev.tidings.http.server.HttpLoops;
import dev.tidings.http.server.HttpServer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.LogProducer;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.push.ApnsErrors;
import dev.tidings.ingest.push.PushMeters;
import dev.tidings.ingest.push.PushPipeline;
import dev.tidings.ingest.push.PushService;
import dev.tidings.ingest.request.RequestCheck;
import dev.tidings.ingest.revoked.RevocationTable;
import dev.tidings.ingest.revoked.RevocationsReader;
import dev.tidings.ingest.trace.TraceService;
import dev.tidings.schemas.installation.Installation;
import dev.tidings.schemas.installation.Member;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.start.Prerequisites;
import dev.tidings.schemas.start.TopicAccess;
import dev.tidings.schemas.start.TopicWatch;
import dev.tidings.schemas.start.TopicsFound;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.kafka.AdminTopicIds;
import dev.tidings.service.kafka.LogLiveness;
import dev.tidings.service.kafka.ThreadFailures;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.management.ManagementServer;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.management.Metrics;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.service.tls.ServerIdentity;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;

/** Accepts notifications from providers into the log, and reports their traces. */
public final class IngestApi {
  private static final String COMMAND = "ingest-api";
  private static final Duration SOON = Duration.ofSeconds(5);

  /** The pause before the first replacement of a stream thread. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration LATER = Duration.ofSeconds(15);
  private static final List<LogTopic<?>> TOPICS =
      List.of(
          LogTopics.NOTIFICATIONS,
          LogTopics.REVOCATIONS,
          LogTopics.DELIVERIES,
          LogTopics.RECEIPTS,
          LogTopics.CONTROL);

  /**
   * The permissions required; without access to deliveries and receipts only traces are missing.
   */
  private static final TopicAccess ACCESS =
      TopicAccess.of(List.of(LogTopics.REVOCATIONS), List.of(LogTopics.NOTIFICATIONS));

  private IngestApi() {}

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, COMMAND, IngestSettings.ALL, IngestApi::start));
  }

  /** Starts every part, each after those it needs; they are stopped in reverse order. */
  static void start(Config config, Lifecycle lifecycle) throws Exception {
    lifecycle.vital("revocations", "installation");
    // Checks that need no other process.
    TokenKeys keys = Keys.of(config);
    Node node = Node.of(config);
    Clock clock = Clock.systemUTC();
    SslContext tls =
        ServerTls.of(
            ServerIdentity.of(
                config,
                IngestSettings.TLS,
                config.get(IngestSettings.STATE_DIR).resolve("tls"),
                config.get(IngestSettings.TLS_NAMES),
                clock.instant()));

    // Health and metrics start first and stop last.
    PrometheusMeterRegistry metrics = Metrics.registry(COMMAND);
    AtomicBoolean started = new AtomicBoolean();
    AtomicBoolean closing = new AtomicBoolean();
    Prerequisites start = new Prerequisites(config.get(LogSettings.START_TIMEOUT));
    Readiness readiness = new Readiness().add("start", () -> isDone(started, start));
    ManagementServer management =
        ManagementServer.start(
            config.get(ManagementSettings.HOST),
            config.get(IngestSettings.MANAGEMENT_PORT),
            metrics,
            readiness);
    lifecycle.onStop("management", SOON, management::close);

    // Parts that need the log and the registry.
    Map<String, String> kafka = LogSettings.kafka(config);
    TopicNames names = new TopicNames(LogSettings.topicPrefix(config));
    TopicsFound topics = start.awaitTopics(kafka, names.all(TOPICS));
    Installation installation =
        Installation.join(
            kafka,
            node.instance() + "-installation",
            names.of(LogTopics.CONTROL),
            new Member(config.get(LogSettings.INSTALLATION_ID), Optional.of(keys), false),
            topics,
            start,
            clock);
    lifecycle.onStop("installation", SOON, installation::close);
    readiness.add("installation", () -> Health.unless(installation.wrong()));
    RegistryClient registry = new RegistryClient(RegistryConfig.of(LogSettings.registry(config)));
    lifecycle.onStop("registry client", SOON, registry::close);
    start.awaitSchemas(registry, names.all(List.of(LogTopics.NOTIFICATIONS)));

    // The path of a notification, from its end to its beginning.
    RocksLibrary.load(config.get(IngestSettings.STATE_DIR));
    RevocationTable revoked =
        RevocationTable.open(
            config.get(IngestSettings.STATE_DIR).resolve("revocations"),
            config.get(IngestSettings.REVOCATIONS_FILTER),
            lifecycle::fail);
    lifecycle.onStop("table of revocations", SOON, revoked::close);
    Admin admin = Clients.admin(kafka, node.instance() + "-admin");
    lifecycle.onStop("admin client", SOON, () -> admin.close(Duration.ZERO));
    RevocationsReader revocations =
        RevocationsReader.start(
            Clients.consumer(kafka, node.instance() + "-revocations", "none"),
            names.of(LogTopics.REVOCATIONS),
            () -> new AdminTopicIds(admin).of(names.of(LogTopics.REVOCATIONS)),
            registry,
            revoked,
            clock);
    lifecycle.onStop("revocations", SOON, revocations::close);
    readiness.add(
        "revocations",
        () ->
            revocations.isComplete()
                ? Health.healthy()
                : Health.unhealthy(
                    revocations.waitingFor().orElse("revocations are still being read")));

    Duration deliveryTimeout = config.get(IngestSettings.DELIVERY_TIMEOUT);
    LogProducer producer =
        LogProducer.open(
            kafka,
            node.instance(),
            names.of(LogTopics.NOTIFICATIONS),
            config.get(IngestSettings.PRODUCER_BUFFER),
            deliveryTimeout,
            start.left());
    lifecycle.onStop("producer", deliveryTimeout.plus(SOON), producer::close);

    BodyMemory bodies = new BodyMemory(config.get(IngestSettings.REQUEST_BUFFER));
    InFlight inFlight = new InFlight(config.get(IngestSettings.MAX_IN_FLIGHT));
    PushPipeline pipeline =
        new PushPipeline(
            new RequestCheck(new TokenCheck(keys, installation), revoked::revokedSince, clock),
            bodies,
            inFlight,
            new JsonPayload(),
            new NotificationLog(
                producer, names.of(LogTopics.NOTIFICATIONS), registry, node.instance(), clock),
            new PushMeters(metrics));
    Gauges.bind(metrics, inFlight, producer, revoked, revocations);
    Gauges.bind(metrics, bodies);
    Gauges.bind(metrics, installation);

    // Traces.
    TableDirectory tables = Traces.directory(config, names, clock);
    tables.mend(topics.tombstonesKept());
    ThreadFailures failures =
        new ThreadFailures(lifecycle::fail, tables::damagedBy, PAUSE, System::nanoTime, metrics);
    readiness.add("threads", failures);
    Traces traces = new Traces(config, kafka, names, registry, node, admin, tables, failures);
    lifecycle.onStop("traces", LATER, traces::close);
    Gauges.bind(metrics, traces.turns());

    LogLiveness liveness =
        LogLiveness.start(
            kafka,
            node.instance() + "-liveness",
            traces::logAnswered,
            lifecycle::fail,
            clock,
            metrics);
    lifecycle.onStop("log liveness", SOON, liveness::close);
    readiness.add("broker", liveness);
    TopicWatch watch =
        TopicWatch.start(kafka, node.instance() + "-topics", topics, ACCESS.named(names));
    lifecycle.onStop("topic watch", SOON, watch::close);
    readiness.add("topics", () -> Health.unless(watch.wrong()));
    Gauges.bind(metrics, watch);

    // The HTTP server.
    ApnsErrors errors = new ApnsErrors();
    HttpService services =
        Router.builder(errors)
            .route("GET", TraceService.PATH, traces.service(keys))
            .fallback(new PushService(pipeline, closing::get))
            .build();
    HttpLoops loops = new HttpLoops();
    loops.watch(lifecycle::fail);
    lifecycle.onStop("event loops", SOON, loops::close);
    Duration drained = config.get(IngestSettings.DRAIN_TIMEOUT).plus(SOON);
    HttpServer http =
        HttpServer.start(
            loops,
            node.bind(),
            config.get(IngestSettings.HTTP_PORT),
            Optional.empty(),
            limits(config),
            services,
            errors);
    lifecycle.onStop("http", drained, http::close);
    HttpServer https =
        HttpServer.start(
            loops,
            node.bind(),
            config.get(IngestSettings.HTTPS_PORT),
            Optional.of(tls),
            limits(config),
            services,
            errors);
    lifecycle.onStop(
        "https", drained, () -> CompletableFuture.allOf(https.stop(), http.stop()).join());
    Gauges.bind(metrics, "http", http);
    Gauges.bind(metrics, "https", https);
    traces.start(http.port());

    Duration drainDelay = config.get(IngestSettings.DRAIN_DELAY);
    lifecycle.onStop(
        "readiness",
        drainDelay.plus(SOON),
        () -> {
          readiness.draining();
          Thread.sleep(drainDelay);
          closing.set(true);
        });
    started.set(true);
    lifecycle.started(
        Map.of(
            "http", node.bind().local(http.port()),
            "https", node.bind().local(https.port()),
            "management", management.address()));
  }

  private static Health isDone(AtomicBoolean started, Prerequisites start) {
    return started.get()
        ? Health.healthy()
        : Health.unhealthy(
            start.waitingFor().map(what -> "waiting: " + what).orElse("still starting"));
  }

  private static Limits limits(Config config) {
    Bounds bounds =
        new Bounds(
            config.get(IngestSettings.MAX_CONNECTIONS),
            config.get(IngestSettings.MAX_CONNECTIONS_PER_ADDRESS),
            config.get(IngestSettings.MAX_REQUESTS),
            config.get(IngestSettings.MAX_REQUESTS_PER_ADDRESS));
    Duration requestTimeout = config.get(IngestSettings.REQUEST_TIMEOUT);
    return new Limits(
        bounds,
        requestTimeout,
        requestTimeout.plus(config.get(IngestSettings.DELIVERY_TIMEOUT)),
        config.get(IngestSettings.IDLE_TIMEOUT),
        config.get(IngestSettings.DRAIN_TIMEOUT));
  }
}
