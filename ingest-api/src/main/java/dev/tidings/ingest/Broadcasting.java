package dev.tidings.ingest;

import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.http.HttpService;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.accept.LogProducer;
import dev.tidings.ingest.apns.push.PushPipeline;
import dev.tidings.ingest.apns.push.PushService;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.BroadcastLog;
import dev.tidings.ingest.broadcast.BroadcastOperations;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;

/** The parts that serve broadcasts. */
final class Broadcasting {
  static final Setting<Integer> AT_A_TIME =
      Setting.integer(
          "limit.broadcasts",
          100,
          1,
          5_000,
          "Broadcasts of one team, or of one app where nobody has to prove who he is, that have not"
              + " ended; more get 429.");
  static final Setting<Integer> PER_MINUTE =
      Setting.integer(
          "limit.broadcasts.per.minute",
          60,
          1,
          10_000,
          "Broadcasts a minute of one team, or of one app where nobody has to prove who he is, at"
              + " each ingest-api; as many may come at once; more get 429.");

  private static final Duration SOON = Duration.ofSeconds(5);

  /** As much as those take that may be written at a time: 64, with a payload for each partition. */
  private static final long LEAST_BUFFER = 16L << 20;

  /** Batches of 64 KiB: five on their way and one that is being filled, with some room. */
  private static final long BUFFER_PER_PARTITION = 512L << 10;

  private final BroadcastLog log;
  private final BroadcastDesk desk;
  private final Channelling channels;

  private Broadcasting(BroadcastLog log, BroadcastDesk desk, Channelling channels) {
    this.log = log;
    this.desk = desk;
    this.channels = channels;
  }

  /** What is needed of the service. */
  record Needs(
      Config config,
      Lifecycle lifecycle,
      KafkaClients clients,
      Admin admin,
      RegistryClient registry,
      TopicNames names,
      String instance,
      InstantSource clock) {}

  /**
   * Starts them.
   *
   * @param control has the teams of apps; empty where nobody has to prove who he is
   * @param warmUp how long to wait for the topic
   */
  static Broadcasting start(
      Needs needs,
      int partitions,
      Optional<ControlReader> control,
      MeterRegistry metrics,
      Duration warmUp)
      throws InterruptedException {
    String topic = needs.names().of(LogTopics.BROADCASTS);
    Duration deliveryTimeout = needs.config().get(IngestSettings.DELIVERY_TIMEOUT);
    LogProducer producer =
        LogProducer.open(
            needs.clients(),
            LogProducer.Kind.BROADCAST,
            topic,
            Math.max(LEAST_BUFFER, partitions * BUFFER_PER_PARTITION),
            deliveryTimeout,
            warmUp);
    needs.lifecycle().onStop("broadcast producer", deliveryTimeout.plus(SOON), producer::close);
    BroadcastLog log =
        new BroadcastLog(
            TableSource.open(needs.clients(), "broadcasts", topic, needs.admin()),
            producer,
            needs.registry(),
            partitions,
            needs.instance(),
            needs.clock());
    needs.lifecycle().onStop("broadcasts", SOON, log::close);
    BroadcastDesk desk =
        new BroadcastDesk(
            log,
            app ->
                control.flatMap(entries -> entries.entry(ControlKind.APP, app)).map(App::getTeam),
            new BroadcastDesk.Limits(needs.config().get(AT_A_TIME), needs.config().get(PER_MINUTE)),
            System::nanoTime);
    FunctionCounter.builder("tidings.ingest.broadcasts", desk, BroadcastDesk::accepted)
        .description("Broadcasts that were accepted here.")
        .register(metrics);
    for (BroadcastDesk.Bound each : BroadcastDesk.Bound.values()) {
      FunctionCounter.builder("tidings.ingest.broadcasts.refused", desk, it -> it.refused(each))
          .description("Broadcasts that exceeded a limit, by which it is.")
          .tag("limit", each.label())
          .register(metrics);
    }
    FunctionCounter.builder("tidings.ingest.broadcasts.unanswered", log, BroadcastLog::crowded)
        .description("Requests about unknown broadcasts answered with 503: too many waited.")
        .register(metrics);
    Gauge.builder("tidings.ingest.broadcasts.open", log, BroadcastLog::open)
        .description("Broadcasts that have not ended, of all ingest-apis, as far as it is read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.broadcasts.lag", log, BroadcastLog::lag)
        .description("Records of broadcasts still to be read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.broadcasts.bytes", log, BroadcastLog::bytes)
        .description("Memory that the known broadcasts take, roughly.")
        .baseUnit("bytes")
        .register(metrics);
    return new Broadcasting(
        log, desk, Channelling.start(needs, producer, desk, control, metrics, warmUp));
  }

  BroadcastDesk desk() {
    return desk;
  }

  /** Returns what answers requests of Apple's protocol: about channels, and pushes. */
  HttpService apple(
      PushPipeline pipeline,
      SendLimits limits,
      BooleanSupplier closing,
      Optional<ProviderGate> gate) {
    return channels.service(
        pipeline, limits, closing, gate, new PushService(pipeline, closing, gate, limits));
  }

  /** Returns what providers can ask for. */
  List<Operation> operations(Optional<ProviderGate> gate, SendLimits limits) {
    return new BroadcastOperations(log, gate, limits).operations();
  }
}
