package dev.tidings.ingest;

import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.http.HttpService;
import dev.tidings.ingest.accept.LogProducer;
import dev.tidings.ingest.apns.channel.ChannelService;
import dev.tidings.ingest.apns.push.PushPipeline;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.channel.ChannelDesk;
import dev.tidings.ingest.channel.ChannelLog;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.config.Setting;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The parts that serve channels. */
final class Channelling {
  static final Setting<Integer> PER_APP =
      Setting.integer(
          "limit.channels",
          10_000,
          1,
          100_000,
          "Channels of one app; a further one gets CannotCreateChannelConfig.");
  static final Setting<Integer> ALL =
      Setting.integer(
          "limit.channels.of.all",
          200_000,
          1,
          1_000_000,
          "Channels of all apps, of which one team has a quarter at most; each takes some 200 bytes"
              + " of every ingest-api's memory; a further one gets CannotCreateChannelConfig.");
  static final Setting<Integer> PER_MINUTE =
      Setting.integer(
          "limit.channels.per.minute",
          1_000,
          1,
          100_000,
          "Channels a minute that one team, or one app where nobody has to prove who he is, creates"
              + " at each ingest-api; as many may come at once; more get 429.");

  private static final Duration SOON = Duration.ofSeconds(5);

  private final ChannelDesk desk;
  private final BroadcastDesk broadcasts;
  private final InstantSource clock;

  private Channelling(ChannelDesk desk, BroadcastDesk broadcasts, InstantSource clock) {
    this.desk = desk;
    this.broadcasts = broadcasts;
    this.clock = clock;
  }

  /**
   * Starts them.
   *
   * @param producer that of broadcasts
   * @param broadcasts sends to channels
   * @param control has the teams of apps; empty where nobody has to prove who he is
   * @param warmUp how long to wait for the topic
   */
  static Channelling start(
      Broadcasting.Needs needs,
      LogProducer producer,
      BroadcastDesk broadcasts,
      Optional<ControlReader> control,
      MeterRegistry metrics,
      Duration warmUp)
      throws InterruptedException {
    String topic = needs.names().of(LogTopics.CHANNELS);
    producer.warmUp(topic, warmUp);
    int all = needs.config().get(ALL);
    ChannelLog log =
        new ChannelLog(
            TableSource.open(needs.clients(), "channels", topic, needs.admin()),
            producer,
            needs.registry(),
            // Of other processes' limits, too.
            2 * all,
            needs.instance(),
            needs.clock());
    needs.lifecycle().onStop("channels", SOON, log::close);
    ChannelDesk desk =
        new ChannelDesk(
            log,
            app ->
                control.flatMap(entries -> entries.entry(ControlKind.APP, app)).map(App::getTeam),
            new ChannelDesk.Limits(
                needs.config().get(PER_APP), all, needs.config().get(PER_MINUTE)),
            System::nanoTime);
    bind(metrics, log, desk);
    return new Channelling(desk, broadcasts, needs.clock());
  }

  private static void bind(MeterRegistry metrics, ChannelLog log, ChannelDesk desk) {
    FunctionCounter.builder("tidings.ingest.channels.creations", desk, ChannelDesk::created)
        .description("Channels that were created here.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.channels.deletions", desk, ChannelDesk::deleted)
        .description("Channels that were deleted here.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.channels.unanswered", log, ChannelLog::crowded)
        .description("Requests about unknown channels for which the log was not read: too many.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.channels.left.out", log, ChannelLog::leftOut)
        .description("Channels in the log that found no room in memory.")
        .register(metrics);
    Gauge.builder("tidings.ingest.channels", log, ChannelLog::size)
        .description("Channels of all apps, as far as they are read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.channels.lag", log, ChannelLog::lag)
        .description("Records of channels still to be read.")
        .register(metrics);
  }

  /**
   * Returns what answers requests about channels.
   *
   * @param pipeline of notifications, whose memory for bodies is theirs too
   * @param others answers requests for other paths
   */
  HttpService service(
      PushPipeline pipeline,
      SendLimits limits,
      BooleanSupplier closing,
      Optional<ProviderGate> gate,
      HttpService others) {
    return new ChannelService(
        new ChannelService.Parts(
            desk,
            broadcasts,
            pipeline.bodies(),
            pipeline.payloads(),
            limits,
            pipeline.meters(),
            clock),
        closing,
        gate,
        others);
  }
}
