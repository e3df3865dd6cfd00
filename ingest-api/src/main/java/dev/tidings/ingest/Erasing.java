package dev.tidings.ingest;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.device.DeviceInformation;
import dev.tidings.ingest.device.DeviceQueries;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.ingest.device.GetDevice;
import dev.tidings.ingest.erase.ErasureLog;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.rest.DeviceErasure;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.installation.NodeNotes;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.producer.RenewedProducer;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.table.TableSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The parts that serve the erasure of devices, and what is asked about them. */
final class Erasing {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(10);
  private static final long PRODUCER_BUFFER = 4L << 20;
  private static final int MAX_BLOCK_MILLIS = 10_000;

  private final ErasureLog log;
  private final DeviceQueries queries;
  private final int perSecond;

  private Erasing(ErasureLog log, DeviceQueries queries, int perSecond) {
    this.log = log;
    this.queries = queries;
    this.perSecond = perSecond;
  }

  /**
   * Starts them.
   *
   * @param nodes where the delivery nodes are
   * @param keys under which they are asked
   */
  static Erasing start(
      Config config,
      Lifecycle lifecycle,
      KafkaClients clients,
      Admin admin,
      RegistryClient registry,
      TopicNames names,
      int partitions,
      NodeNotes nodes,
      TokenKeys keys,
      MeterRegistry metrics,
      InstantSource clock)
      throws IOException, GeneralSecurityException {
    ClientSettings settings =
        clients
            .producer("erasure-writer")
            .always(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER)
            // Unlike event loops, its threads may wait.
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    RenewedProducer producers =
        new RenewedProducer(settings::openProducer, Duration.ZERO, System::nanoTime);
    lifecycle.onStop("erasure writer", LATER, () -> producers.last().close(SOON));
    ErasureLog log =
        new ErasureLog(
            TableSource.open(clients, "erasures", names.of(LogTopics.ERASURES), admin),
            producers,
            registry,
            names,
            partitions,
            clock);
    lifecycle.onStop("erasures", SOON, log::close);
    FunctionCounter.builder("tidings.ingest.erasures", log, ErasureLog::requested)
        .description("Erasures of devices that were requested here.")
        .register(metrics);
    Gauge.builder("tidings.ingest.erasures.lag", log, ErasureLog::lag)
        .description("Records of erasures still to be read.")
        .register(metrics);
    Gauge.builder("tidings.ingest.erasures.bytes", log, ErasureLog::bytes)
        .description("Memory that the known erasures take, roughly.")
        .baseUnit("bytes")
        .register(metrics);
    DeviceQueries queries =
        DeviceQueries.start(
            config, () -> nodes.addresses(clock.instant()), keys, partitions, clock, metrics);
    lifecycle.onStop("questions to delivery nodes", SOON, queries::close);
    return new Erasing(log, queries, config.get(ProviderLimits.ERASURES));
  }

  ErasureLog log() {
    return log;
  }

  DeviceInformation devices() {
    return queries.devices();
  }

  /** Returns what asks all delivery nodes. */
  Fleet fleet() {
    return queries.fleet();
  }

  /**
   * Returns what providers can ask for.
   *
   * @param control has the apps of teams; empty where nobody has to prove who he is
   */
  List<Operation> operations(
      Lifecycle lifecycle,
      Optional<ControlReader> control,
      Optional<ProviderGate> gate,
      SendLimits limits) {
    Function<ProviderIdentity, List<String>> apps =
        owner ->
            control
                .map(entries ->
                    entries.entries(ControlKind.APP).keySet().stream()
                        .filter(owner.apps()::contains)
                        .toList())
                .orElseThrow();
    DeviceErasure erasure = new DeviceErasure(log, apps, gate, limits, perSecond, System::nanoTime);
    GetDevice device = new GetDevice(devices(), apps, gate, limits);
    lifecycle.onStop(
        "erasure threads",
        SOON,
        () -> {
          erasure.close();
          device.close();
        });
    return Stream.concat(erasure.operations().stream(), device.operations().stream()).toList();
  }
}
