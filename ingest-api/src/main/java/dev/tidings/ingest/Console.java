package dev.tidings.ingest;

import dev.tidings.http.route.Operation;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.console.ConsoleFiles;
import dev.tidings.ingest.console.ConsoleOperations;
import dev.tidings.ingest.console.ConsolePlace;
import dev.tidings.ingest.console.live.GetEvents;
import dev.tidings.ingest.console.live.OverviewFeed;
import dev.tidings.ingest.console.overview.FleetFigures;
import dev.tidings.ingest.console.overview.LogReading;
import dev.tidings.ingest.console.overview.OverviewSource;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The parts that serve the operators' console. */
final class Console {
  private static final Duration SOON = Duration.ofSeconds(5);

  private Console() {}

  /**
   * What they need of the service.
   *
   * @param admin owned and closed by the caller
   * @param installation its id
   * @param partitions how many {@code notifications} and {@code deliveries} have
   */
  record Needs(
      Lifecycle lifecycle,
      ServiceInstance instance,
      Admin admin,
      RegistryClient registry,
      Readiness readiness,
      String installation,
      int partitions,
      InstantSource clock) {}

  /**
   * Starts them.
   *
   * @param onBehalf what administrators do on behalf of providers
   * @param providerUrl where those reach this process
   * @param providersProve whether those have to prove who they are
   */
  static ConsoleParts start(
      Needs needs,
      AdminPort port,
      Erasing erasing,
      Traces traces,
      TokenCheck tokens,
      RevocationLookup revocations,
      WebhookHistory webhooks,
      List<Operation> onBehalf,
      String providerUrl,
      boolean providersProve) {
    TopicNames names = needs.instance().topics();
    FleetFigures figures = new FleetFigures(erasing.fleet(), System::nanoTime);
    OverviewSource overviews =
        new OverviewSource(
            new LogReading(needs.admin(), names, needs.partitions()),
            figures,
            traces::audited,
            needs.readiness(),
            needs.clock());
    OverviewFeed feed = new OverviewFeed(overviews::next);
    needs.lifecycle().onStop("overview", SOON, feed::close);
    ConsoleFiles files =
        ConsoleFiles.of(Console.class.getClassLoader(), ConsoleOperations.sockets(figures));
    needs.lifecycle().onStop("console pages", SOON, files::close);
    ConsolePlace place =
        new ConsolePlace(
            needs.installation(),
            Version.text(),
            needs.instance().name(),
            providerUrl,
            providersProve);
    List<AdminOperation> operations =
        new ArrayList<>(
            ConsoleOperations.of(
                erasing.fleet(),
                needs.partitions(),
                port.decisions(),
                names.of(LogTopics.AUDIT),
                () ->
                    needs
                        .instance()
                        .clients()
                        .consumer("audit-log")
                        .guaranteed(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
                        .openConsumer(),
                needs.registry(),
                tokens,
                revocations));
    operations.addAll(ConsoleOperations.decided(port.entries(), webhooks, needs.clock()));
    operations.add(ConsoleOperations.session(place, port.entries(), figures));
    return new ConsoleParts(
        files, operations, List.of(new GetEvents(feed, System::nanoTime)), onBehalf);
  }
}
