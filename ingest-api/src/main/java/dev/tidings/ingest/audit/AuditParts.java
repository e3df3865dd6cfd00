package dev.tidings.ingest.audit;

import dev.tidings.ingest.earlier.KnownReceipts;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.kafka.client.KafkaClients;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.jspecify.annotations.Nullable;

/** The audit and the answers about it. The answers are there before it starts. */
public final class AuditParts implements AutoCloseable {
  /** How many notifications are looked up in a second. */
  public static final Setting<Integer> RATE =
      Setting.integer(
          "audit.rate",
          5_000,
          0,
          1_000_000,
          "Accepted notifications of which this process finds out in a second, at most, what became"
              + " of them; 0: it takes no part in the audit.");

  /** How long a round takes at least. */
  public static final Setting<Duration> AFTER =
      Setting.duration(
          "audit.after",
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "How long a notification without a receipt is given, twice, before it counts as missing:"
              + " longer than unknown.token.grace of streams-processor.");

  private static final int SESSION_MILLIS = 10_000;
  private static final int HEARTBEAT_MILLIS = 2_000;

  private volatile @Nullable Audit audit;

  /**
   * Creates them; nothing is read yet.
   *
   * @param metrics gets the meters
   */
  public AuditParts(MeterRegistry metrics) {
    Gauge.builder("tidings.ingest.audit.difference", this, AuditParts::differences)
        .description(
            "Accepted notifications without a receipt, though everybody is done with them, of the"
                + " partitions that this process audits.")
        .register(metrics);
    Gauge.builder("tidings.ingest.audit.behind", this, AuditParts::behind)
        .description("How long ago those were accepted that are audited next.")
        .baseUnit("seconds")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.audit.checked", this, AuditParts::checked)
        .description("Records of notifications that were compared with the receipts.")
        .register(metrics);
  }

  private double differences() {
    @Nullable Audit started = audit;
    return started == null ? 0 : started.differences();
  }

  private double behind() {
    @Nullable Audit started = audit;
    return started == null ? 0 : started.behindSeconds();
  }

  private double checked() {
    @Nullable Audit started = audit;
    return started == null ? 0 : started.checked();
  }

  /**
   * What the whole audit has found, whichever processes do it.
   *
   * @param difference accepted notifications of which nobody can tell what became
   * @param untilMillis up to when everything was audited, in ms since the epoch
   */
  public record Found(long difference, long untilMillis) {}

  /** Returns what is known of the whole audit; empty if that is nothing. */
  public Optional<Found> found() {
    @Nullable Audit started = audit;
    return started == null
        ? Optional.empty()
        : started
            .view()
            .map(view -> new Found(view.differences().size() + view.unlisted(), view.until()));
  }

  /** Returns what providers can ask for. */
  public GetAudit operation(Optional<ProviderGate> gate, SendLimits limits) {
    return new GetAudit(
        () -> {
          @Nullable Audit started = audit;
          return started == null ? Optional.empty() : started.view();
        },
        gate,
        limits);
  }

  /**
   * Starts the audit.
   *
   * @param admin owned and closed by the caller
   * @param retention how long the table of receipts keeps one
   */
  public void start(
      Config config,
      ServiceInstance instance,
      Admin admin,
      RegistryClient registry,
      KnownReceipts receipts,
      Duration retention,
      InstantSource clock) {
    if (config.get(RATE) == 0) {
      return;
    }
    KafkaClients clients = instance.clients();
    TopicNames names = instance.topics();
    String notifications = names.of(LogTopics.NOTIFICATIONS);
    String group = names.group(ConsumerGroups.AUDIT);
    LogPositions log = new BrokerPositions(admin);
    Horizon horizon =
        new Horizon(
            log,
            new Horizon.Names(
                notifications,
                names.group(ConsumerGroups.STREAMS_PROCESSOR),
                names.of(LogTopics.DELIVERIES),
                names.group(ConsumerGroups.DELIVERY_NODES),
                names.of(LogTopics.RECEIPTS),
                names.group(ConsumerGroups.TRACES)),
            config.get(AFTER).toMillis());
    Audit made =
        new Audit(
            () ->
                clients
                    .consumer("audit")
                    // Records of an aborted transaction of a provider are never read.
                    .guaranteed(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
                    .always(ConsumerConfig.GROUP_ID_CONFIG, group)
                    .always(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic")
                    .always(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        List.of(CooperativeStickyAssignor.class))
                    .byDefault(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS)
                    .byDefault(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS)
                    .openConsumer(),
            notifications,
            group,
            log,
            horizon,
            new AuditReading(
                new AcceptedReader(registry), receipts::look, horizon, retention.toMillis()),
            config.get(RATE),
            clock);
    audit = made;
    made.start();
  }

  @Override
  public void close() throws InterruptedException {
    @Nullable Audit started = audit;
    if (started != null) {
      started.close();
    }
  }
}
