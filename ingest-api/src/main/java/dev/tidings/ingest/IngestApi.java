package dev.tidings.ingest;

import dev.tidings.control.ControlReader;
import dev.tidings.http.HttpService;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.http.server.HttpServer;
import dev.tidings.http.server.Listener;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.InFlightShare;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.accept.NotificationProducers;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.apns.push.PushMeters;
import dev.tidings.ingest.apns.push.PushPipeline;
import dev.tidings.ingest.apns.request.RequestCheck;
import dev.tidings.ingest.earlier.EarlierParts;
import dev.tidings.ingest.history.HistoryParts;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.receipts.GetReceipts;
import dev.tidings.ingest.receipts.ReceiptStreams;
import dev.tidings.ingest.repeat.Repetitions;
import dev.tidings.ingest.replay.ReplayClerk;
import dev.tidings.ingest.rest.GetTrace;
import dev.tidings.ingest.revoked.RevocationTable;
import dev.tidings.ingest.revoked.RevocationsReader;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendMeters;
import dev.tidings.ingest.send.post.PostNotifications;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceContext;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.context.TokenKeySetting;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.installation.Installation;
import dev.tidings.service.kafka.AdminTopicIds;
import dev.tidings.service.kafka.LogDeletions;
import dev.tidings.service.kafka.StreamThreadRestarts;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.tables.GroupCommits;
import dev.tidings.service.kafka.tables.TableTopics;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.rocks.RocksLibrary;
import dev.tidings.service.rocks.TableDirectory;
import dev.tidings.service.start.TopicsFound;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Accepts notifications from providers into the log, and reports their traces. Longer than most: in
 * what order everything starts is to be read in one place, from top to bottom.
 */
public final class IngestApi {
  private static final String COMMAND = "ingest-api";
  private static final Duration SOON = Duration.ofSeconds(5);

  /** The pause before the first replacement of a stream thread. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration LATER = Duration.ofSeconds(15);

  private IngestApi() {}

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, COMMAND, IngestSettings.ALL, IngestApi::start));
  }

  /** Starts every part, each after those it needs; they are stopped in reverse order. */
  static void start(Config config, Lifecycle lifecycle) throws Exception {
    lifecycle.stopIn(IngestStopOrder.STEPS);
    lifecycle.vital(
        "revocations",
        "control entries",
        "erasures",
        "replays",
        "broadcasts",
        "channels",
        "receipts-tail");
    // Checks that need no other process.
    TokenKeys keys = TokenKeySetting.of(config);
    ServiceInstance instance = ServiceInstance.of(COMMAND, config);
    IngestEndpoint endpoint = IngestEndpoint.of(config);
    Clock clock = Clock.systemUTC();
    ProviderCertificates.require(config);
    Optional<TlsFiles> tlsFiles = TlsFiles.of("https", config, IngestSettings.TLS);
    Optional<TlsFiles> peerFiles = PeerSettings.files(config, tlsFiles);
    AdminSettings.check(config, tlsFiles.isPresent());
    IngestOpenPorts.check(config);
    Balancers.check(config);

    // Health and metrics start first and stop last; then the parts that need the log.
    ServiceContext service =
        ServiceContext.open(
            config,
            lifecycle,
            instance,
            config.get(ManagementSettings.HOST),
            config.get(IngestSettings.MANAGEMENT_PORT));
    AtomicBoolean closing = new AtomicBoolean();
    Readiness readiness = service.readiness();
    MeterRegistry metrics = service.metrics();
    KafkaClients clients = instance.clients();
    TopicNames names = instance.topics();
    TopicsFound topics = service.awaitTopics(IngestTopics.needed());
    Installation installation = service.join(topics, Optional.of(keys), false);
    var state = config.get(IngestSettings.STATE_DIR);
    RegistryClient registry = service.registry(installation, state, IngestTopics.written());

    // The path of a notification, from its end to its beginning.
    RocksLibrary.load(state);
    RevocationTable revoked =
        RevocationTable.open(
            state.resolve("revocations"),
            config.get(IngestSettings.REVOCATIONS_FILTER),
            lifecycle::fail);
    lifecycle.onStop("table of revocations", SOON, revoked::close);
    Admin admin = clients.admin("admin").openAdmin();
    lifecycle.onStop("admin client", SOON, () -> admin.close(Duration.ZERO));
    RevocationsReader revocations =
        RevocationsReader.start(
            TableSource.open(clients, "revocations", names.of(LogTopics.REVOCATIONS), admin),
            registry,
            revoked,
            clock);
    lifecycle.onStop("revocations", SOON, revocations::close);
    readiness.add("revocations", revocations::health);

    Optional<ControlReader> control =
        ControlFollowing.start(
            config,
            lifecycle,
            readiness,
            metrics,
            () -> TableSource.open(clients, "control", names.of(LogTopics.CONTROL), admin),
            registry,
            clock);
    Optional<ProviderGate> gate =
        ProviderAuthentication.start(
            config, control, ProviderCertificates.start(config, lifecycle, clock), metrics, clock);
    Erasing erasing =
        Erasing.start(
            config,
            lifecycle,
            clients,
            admin,
            registry,
            names,
            topics.partitions(),
            installation.nodes(),
            keys,
            metrics,
            clock);
    Optional<AdminPort> administration =
        AdminPort.prepare(config, lifecycle, clients, control, registry, names, erasing, clock);
    SendLimits sendLimits = ProviderLimits.of(config, control, metrics);

    Duration deliveryTimeout = config.get(IngestSettings.DELIVERY_TIMEOUT);
    NotificationProducers producers =
        NotificationProducers.open(
            clients,
            names.of(LogTopics.NOTIFICATIONS),
            config.get(IngestSettings.PRODUCER_BUFFER),
            deliveryTimeout,
            service.prerequisites().left());
    lifecycle.onStop("producer", deliveryTimeout.plus(SOON), producers::close);

    Broadcasting.Needs needs =
        new Broadcasting.Needs(
            config, lifecycle, clients, admin, registry, names, instance.name(), clock);
    Broadcasting broadcasting =
        Broadcasting.start(
            needs, topics.partitions(), control, metrics, service.prerequisites().left());
    Replaying replaying = Replaying.start(needs, metrics);

    BodyMemory bodies = new BodyMemory(config.get(IngestSettings.REQUEST_BUFFER));
    InFlight inFlight = new InFlight(config.get(IngestSettings.MAX_IN_FLIGHT));
    TokenCheck tokens = new TokenCheck(keys, installation);
    NotificationLog notifications =
        new NotificationLog(
            producers.single(),
            inFlight,
            names.of(LogTopics.NOTIFICATIONS),
            registry,
            instance.name(),
            clock);
    PushPipeline pipeline =
        new PushPipeline(
            new RequestCheck(tokens, revocations, clock),
            bodies,
            new JsonPayload(),
            notifications,
            new PushMeters(metrics));
    // Of its own: whoever sends many lines takes nothing from those who send one.
    BodyMemory lines = new BodyMemory(config.get(IngestSettings.REQUEST_BUFFER));
    IngestGauges.bind(metrics, inFlight, producers, revoked, revocations);
    IngestGauges.bind(metrics, bodies);
    IngestGauges.bindLines(metrics, lines);

    // Traces.
    TableDirectory tables = Traces.directory(config, names, clock);
    tables.mend(topics.tombstonesKept(), new LogDeletions(clients));
    StreamThreadRestarts failures =
        new StreamThreadRestarts(
            lifecycle::fail, tables::damagedBy, PAUSE, System::nanoTime, metrics);
    readiness.add("threads", failures);
    Optional<PeerPort> peerPort = PeerPort.prepare(config, peerFiles, lifecycle, clock, metrics);
    KnownPeers peers = peerPort.map(PeerPort::peers).orElseGet(KnownPeers::bySealAlone);
    Traces traces =
        new Traces(
            config,
            instance,
            registry,
            endpoint,
            admin,
            tables,
            new TableTopics(
                Traces.origins(config, names),
                topics.ids(),
                new AdminTopicIds(admin),
                new GroupCommits(admin, names.group(ConsumerGroups.TRACES))),
            failures,
            service.damaged(),
            metrics,
            lifecycle::fail,
            peerPort.flatMap(PeerPort::connecting));
    lifecycle.onStop("traces", LATER, traces::close);
    IngestGauges.bind(metrics, traces.turns());
    ReceiptStreams receipts =
        ReceiptStreams.of(
            clients,
            names.of(LogTopics.RECEIPTS),
            admin,
            registry,
            ReceiptSettings.bounds(config),
            metrics);
    lifecycle.onStop("receipts", SOON, receipts::close);
    EarlierParts earlier = traces.earlier(keys, peers, metrics);
    Repetitions repetitions = new Repetitions(earlier.requests(), clock);
    SendDesk desk =
        new SendDesk(
            tokens,
            revocations,
            sendLimits,
            repetitions,
            notifications,
            notifications.through(producers.lines()),
            InFlightShare.half(inFlight, config.get(IngestSettings.PRODUCER_BUFFER)),
            new SendMeters(metrics),
            broadcasting.desk(),
            clock);
    Function<Optional<ProviderGate>, PostNotifications> sending =
        by -> new PostNotifications(desk, bodies, lines, deliveryTimeout, closing::get, by);

    service.watchLog(
        topics,
        IngestTopics.access(config),
        traces::logAnswered,
        traces::topicRecreated); // its producers give up by themselves, within delivery.timeout

    // The HTTP server.
    ProviderErrors errors = new ProviderErrors();
    GetTrace trace = traces.operation(keys, gate, sendLimits, peers);
    GetTrace withdrawing = trace.withdrawing(notifications, clock);
    List<Operation> ofTraces = List.of(trace, withdrawing);
    List<Operation> erasures = erasing.operations(lifecycle, control, gate, sendLimits);
    ReplayClerk clerk = replaying.clerk(needs, control, topics.partitions());
    Router.Builder routes =
        Router.builder(errors)
            .answering(ProviderApi.answering(gate))
            .fallback(
                ProviderApi.without(
                    broadcasting.apple(pipeline, sendLimits, closing::get, gate), gate));
    // For other nodes alone: no document tells of it.
    HistoryParts history = traces.history(keys, peers);
    IngestGauges.bind(metrics, history);
    List<Operation> ofNodes =
        Stream.concat(earlier.answers().stream(), history.answers().stream()).toList();
    ofNodes.forEach(routes::add);
    ProviderApi.operations(
            ofTraces,
            sending.apply(gate),
            new GetReceipts(() -> receipts, gate, sendLimits, closing::get),
            traces.audit(gate, sendLimits),
            history.operations(gate, sendLimits),
            erasures,
            broadcasting.operations(gate, sendLimits),
            Replaying.operations(clerk, gate, sendLimits))
        .forEach(routes::add);
    HttpService services = Balancers.forwarded(config, Balancers.FORWARDED, routes.build());
    EventLoops loops =
        EventLoops.of("http", 0, new AcceptFailures("tidings.ingest.accept.failures", metrics));
    loops.watch(lifecycle::fail, metrics);
    lifecycle.onStop("event loops", SOON, loops::close);
    WebhookHistory webhooks =
        WebhookSending.start(
            config, lifecycle, instance, admin, control, registry, receipts, loops, clock, metrics);
    Optional<ReloadingTls> tls = Optional.empty();
    if (tlsFiles.isPresent()) {
      ReloadingTls started = ServerTls.start(tlsFiles.get(), clock, metrics);
      lifecycle.onStop("tls", SOON, started::close);
      tls = Optional.of(started);
    }
    Duration drained = config.get(IngestSettings.DRAIN_TIMEOUT).plus(SOON);
    HttpServer http =
        HttpServer.start(
            loops,
            Listener.of(endpoint.bind(), config.get(IngestSettings.HTTP_PORT), Optional.empty())
                .behind(balancers(config, "http", metrics)),
            limits(config),
            services,
            errors);
    lifecycle.onStop("http", drained, http::close);
    IngestGauges.bind(metrics, "http", http);
    Map<String, String> addresses = new HashMap<>();
    addresses.put("http", endpoint.bind().local(http.port()));
    if (tls.isPresent()) {
      HttpServer https =
          HttpServer.start(
              loops,
              Listener.of(
                      endpoint.bind(),
                      config.get(IngestSettings.HTTPS_PORT),
                      Optional.of(tls.get()))
                  .behind(balancers(config, "https", metrics)),
              limits(config),
              services,
              errors);
      lifecycle.onStop(
          "https", drained, () -> CompletableFuture.allOf(https.stop(), http.stop()).join());
      IngestGauges.bind(metrics, "https", https);
      addresses.put("https", endpoint.bind().local(https.port()));
    }
    if (administration.isPresent()) {
      ConsoleParts console =
          Console.start(
              new Console.Needs(
                  lifecycle,
                  instance,
                  admin,
                  registry,
                  readiness,
                  installation.id(),
                  topics.partitions(),
                  clock),
              administration.get(),
              erasing,
              traces,
              tokens,
              revocations,
              webhooks,
              // For administrators, whose credentials the port checks: there is no other gate.
              ProviderApi.onBehalf(
                  List.of(trace.ofOperators(), withdrawing.ofOperators()),
                  sending.apply(Optional.empty()),
                  new GetReceipts(() -> receipts, Optional.empty(), sendLimits, closing::get),
                  traces.audit(Optional.empty(), sendLimits),
                  history.operations(Optional.empty(), sendLimits),
                  broadcasting.operations(Optional.empty(), sendLimits),
                  Replaying.operations(clerk, Optional.empty(), sendLimits)),
              "http://" + addresses.get("http"),
              gate.isPresent());
      HttpServer port = administration.get().open(lifecycle, metrics, loops, console, tls);
      addresses.put("admin", AdminSettings.addresses(config).local(port.port()));
    }
    int forNodes = http.port();
    if (peerPort.isPresent()) {
      HttpServer port =
          peerPort
              .get()
              .open(
                  config,
                  endpoint.bind(),
                  loops,
                  limits(config),
                  peers,
                  Stream.concat(ofTraces.stream(), ofNodes.stream()).toList(),
                  metrics);
      lifecycle.onStop("peers", drained, port::close);
      forNodes = port.port();
      addresses.put("peers", endpoint.bind().local(forNodes));
    }
    traces.start(forNodes);

    Duration drainDelay = config.get(IngestSettings.DRAIN_DELAY);
    lifecycle.onStop(
        "readiness",
        drainDelay.plus(SOON),
        () -> {
          readiness.draining();
          Thread.sleep(drainDelay);
          closing.set(true);
        });
    service.started(addresses);
  }

  private static TrustedProxies balancers(Config config, String port, MeterRegistry metrics) {
    return Balancers.of(
        config, Balancers.PROVIDERS, config.get(IngestSettings.REQUEST_TIMEOUT), port, metrics);
  }

  private static Limits limits(Config config) {
    Bounds bounds =
        new Bounds(
            config.get(IngestSettings.MAX_CONNECTIONS),
            config.get(IngestSettings.MAX_CONNECTIONS_PER_ADDRESS),
            config.get(IngestSettings.MAX_REQUESTS),
            config.get(IngestSettings.MAX_REQUESTS_PER_ADDRESS),
            config.get(IngestSettings.MAX_HANDSHAKES_PER_ADDRESS),
            ProviderAuthentication.isOneStreamAtFirst(config));
    Duration requestTimeout = config.get(IngestSettings.REQUEST_TIMEOUT);
    return new Limits(
        bounds,
        requestTimeout,
        requestTimeout.plus(config.get(IngestSettings.DELIVERY_TIMEOUT)),
        config.get(IngestSettings.IDLE_TIMEOUT),
        config.get(IngestSettings.DRAIN_TIMEOUT));
  }
}
