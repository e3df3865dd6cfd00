package dev.tidings.ingest;

import dev.tidings.control.ControlReader;
import dev.tidings.control.ControlWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.server.HttpServer;
import dev.tidings.http.server.Listener;
import dev.tidings.ingest.admin.AdminApi;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.producer.RenewedProducer;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The port on which administrators decide. */
final class AdminPort {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(10);
  private static final long PRODUCER_BUFFER = 1L << 20;
  private static final int MAX_BLOCK_MILLIS = 10_000;

  /** So many connections, requests and handshakes are more than administrators have. */
  private static final Bounds BOUNDS = new Bounds(500, 200, 1_000, 400, 20);

  /** Longer than two writes may take that wait for the log. */
  private static final Limits LIMITS =
      new Limits(
          BOUNDS,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5));

  private final Config config;
  private final ControlReader reader;
  private final Decisions decisions;
  private final Erasing erasing;
  private final InstantSource clock;

  private AdminPort(
      Config config,
      ControlReader reader,
      ControlWriter writer,
      Erasing erasing,
      InstantSource clock) {
    this.config = config;
    this.reader = reader;
    this.decisions = AdminApi.decisions(reader, writer);
    this.erasing = erasing;
    this.clock = clock;
  }

  /**
   * Opens what changes are written with.
   *
   * @param control the entries
   * @return empty if administrators do not come over HTTP
   */
  static Optional<AdminPort> prepare(
      Config config,
      Lifecycle lifecycle,
      KafkaClients clients,
      Optional<ControlReader> control,
      RegistryClient registry,
      TopicNames names,
      Erasing erasing,
      InstantSource clock) {
    if (!AdminSettings.isOpen(config)) {
      return Optional.empty();
    }
    ClientSettings settings =
        clients
            .producer("control-writer")
            .always(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER)
            // Unlike event loops, its threads may wait.
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    RenewedProducer producers =
        new RenewedProducer(settings::openProducer, Duration.ZERO, System::nanoTime);
    lifecycle.onStop("control writer", LATER, () -> producers.last().close(SOON));
    ControlWriter writer = new ControlWriter(producers, registry, names, clock);
    return Optional.of(new AdminPort(config, control.orElseThrow(), writer, erasing, clock));
  }

  /** Returns what takes decisions, and writes lines about what is done on behalf of others. */
  Decisions decisions() {
    return decisions;
  }

  /** Returns who asks, and what administrators have entered. */
  ControlReader entries() {
    return reader;
  }

  /**
   * Listens.
   *
   * @param console what it serves besides decisions
   * @param tls for a port that other hosts can reach
   */
  HttpServer open(
      Lifecycle lifecycle,
      MeterRegistry metrics,
      EventLoops loops,
      ConsoleParts console,
      Optional<ReloadingTls> tls) {
    AdminApi api =
        AdminApi.of(
            reader,
            decisions,
            erasing.log(),
            erasing.devices(),
            console,
            AdminSettings.credential(config),
            AdminSettings.names(config),
            clock,
            new AddressRefusals(System::nanoTime),
            metrics);
    lifecycle.onStop("admin threads", SOON, api::close);
    ListenAddresses addresses = AdminSettings.addresses(config);
    Optional<Supplier<SslContext>> contexts =
        AdminSettings.isReachable(addresses) ? Optional.of(tls.orElseThrow()) : Optional.empty();
    HttpServer server =
        HttpServer.start(
            loops,
            Listener.of(addresses, config.get(AdminSettings.PORT), contexts)
                .behind(
                    Balancers.of(
                        config,
                        Balancers.ADMINISTRATORS,
                        LIMITS.requestTimeout(),
                        "admin",
                        metrics)),
            LIMITS,
            Balancers.forwarded(config, Balancers.ADMINISTRATORS_FORWARDED, api.service()),
            Problem.RESPONSES);
    lifecycle.onStop("admin port", LATER, server::close);
    IngestGauges.bind(metrics, "admin", server);
    return server;
  }
}
