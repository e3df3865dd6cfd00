package dev.tidings.ingest.console;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlReader;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.console.overview.FleetFigures;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.TokenCheck;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** What the console asks at the admin port, besides what administrators decide. */
public final class ConsoleOperations {
  private ConsoleOperations() {}

  /** Returns who has signed in, and what there is. */
  public static AdminOperation session(
      ConsolePlace place, ControlEntries entries, FleetFigures figures) {
    return new ConsoleSession(place, entries, figures).operation();
  }

  /**
   * Returns the others.
   *
   * @param partitions how many partitions devices are in
   * @param audit the name of the topic
   * @param consumers opens one that reads it
   */
  public static List<AdminOperation> of(
      Fleet fleet,
      int partitions,
      Decisions decisions,
      String audit,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RegistryClient registry,
      TokenCheck tokens,
      RevocationLookup revocations) {
    List<AdminOperation> all = new ArrayList<>(new DeviceSearch(fleet, decisions).operations());
    all.addAll(new TopicSearch(fleet, partitions).operations());
    all.add(new AuditLines(audit, consumers, registry).operation());
    all.add(new TokenQuestion(tokens, revocations).operation());
    return all;
  }

  /**
   * Returns those about what administrators have entered.
   *
   * @param webhooks what becomes of what those are sent
   */
  public static List<AdminOperation> decided(
      ControlReader entries, WebhookHistory webhooks, InstantSource clock) {
    return List.of(
        new WebhookDeliveries(entries, webhooks).operation(),
        JwtQuestion.of(entries, clock).operation());
  }

  /** Returns what finds where pages of the console reach delivery nodes. */
  public static ConsoleFiles.Nodes sockets(FleetFigures figures) {
    return host -> WebSockets.origins(figures.look(ConsoleSession.AGE), host);
  }
}
