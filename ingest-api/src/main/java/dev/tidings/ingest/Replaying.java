package dev.tidings.ingest;

import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.replay.ReplayClerk;
import dev.tidings.ingest.replay.ReplayDesk;
import dev.tidings.ingest.replay.ReplayLog;
import dev.tidings.ingest.replay.ReplayOperations;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.config.Setting;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.producer.RenewedProducer;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The parts that serve replays. */
final class Replaying {
  static final Setting<Integer> AT_A_TIME =
      Setting.integer(
          "limit.replays",
          4,
          1,
          100,
          "Replays that one team has ordered, or all where nobody has to prove who he is, and that"
              + " have not ended, dry runs too; more get 429.");
  static final Setting<Integer> OF_ALL =
      Setting.integer(
          "limit.replays.of.all",
          16,
          1,
          100,
          "Replays of all teams that have not ended; more get 429.");
  static final Setting<Integer> PER_MINUTE =
      Setting.integer(
          "limit.replays.per.minute",
          30,
          1,
          10_000,
          "Replays a minute of one team at each ingest-api, dry runs too; as many may come at once;"
              + " more get 429.");
  static final Setting<Integer> RATE =
      Setting.integer(
          "limit.replay.rate",
          1_000,
          1,
          100_000,
          "Notifications a second that one replay sends at most, and if it says nothing.");

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(10);
  private static final long PRODUCER_BUFFER = 4L << 20;
  private static final int MAX_BLOCK_MILLIS = 10_000;

  private final ReplayDesk desk;

  private Replaying(ReplayDesk desk) {
    this.desk = desk;
  }

  static Replaying start(Broadcasting.Needs needs, MeterRegistry metrics) {
    ClientSettings settings =
        needs
            .clients()
            .producer("replay-writer")
            .always(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER)
            // Unlike event loops, its threads may wait.
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    RenewedProducer producers =
        new RenewedProducer(settings::openProducer, Duration.ZERO, System::nanoTime);
    needs.lifecycle().onStop("replay writer", LATER, () -> producers.last().close(SOON));
    String topic = needs.names().of(LogTopics.REPLAYS);
    ReplayLog log =
        new ReplayLog(
            TableSource.open(needs.clients(), "replays", topic, needs.admin()),
            producers,
            needs.registry(),
            needs.clock());
    needs.lifecycle().onStop("replays", SOON, log::close);
    ReplayDesk desk =
        new ReplayDesk(
            log,
            new ReplayDesk.Limits(
                needs.config().get(AT_A_TIME),
                needs.config().get(OF_ALL),
                needs.config().get(PER_MINUTE),
                needs.config().get(RATE)),
            System::nanoTime);
    bind(metrics, log, desk);
    return new Replaying(desk);
  }

  private static void bind(MeterRegistry metrics, ReplayLog log, ReplayDesk desk) {
    FunctionCounter.builder("tidings.ingest.replays", log, ReplayLog::ordered)
        .description("Replays that were ordered here, dry runs too.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.replays.refused", desk, ReplayDesk::refused)
        .description("Replays that exceeded a limit.")
        .register(metrics);
    Gauge.builder("tidings.ingest.replays.open", log, ReplayLog::open)
        .description("Replays that have not ended, of all ingest-apis, as far as it is read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.replays.lag", log, ReplayLog::lag)
        .description("Records of replays still to be read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.replays.bytes", log, ReplayLog::bytes)
        .description("Memory that the known replays take, roughly.")
        .baseUnit("bytes")
        .register(metrics);
  }

  /**
   * Returns what takes orders.
   *
   * @param control has the apps of teams; empty where nobody has to prove who he is
   * @param partitions how many {@code deliveries} has
   */
  ReplayClerk clerk(Broadcasting.Needs needs, Optional<ControlReader> control, int partitions) {
    ReplayClerk clerk =
        new ReplayClerk(
            desk,
            owner ->
                control
                    .map(entries ->
                        entries.entries(ControlKind.APP).keySet().stream()
                            .filter(owner.apps()::contains)
                            .toList())
                    .orElseThrow(),
            partitions,
            needs.clock());
    needs.lifecycle().onStop("replay threads", SOON, clerk::close);
    return clerk;
  }

  /** Returns what can be asked for. */
  static List<Operation> operations(
      ReplayClerk clerk, Optional<ProviderGate> gate, SendLimits limits) {
    return new ReplayOperations(clerk, gate, limits).operations();
  }
}
