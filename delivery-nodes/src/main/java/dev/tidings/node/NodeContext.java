package dev.tidings.node;

import dev.tidings.node.settings.LogClients;
import dev.tidings.node.settings.NodeConfiguration;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceContext;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.installation.Installation;
import dev.tidings.service.installation.NodeNotes;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.start.TopicAccess;
import dev.tidings.service.start.TopicsFound;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * The context that all parts of a node are started with: its configuration, the log with its topics
 * and schemas, health, metrics and the order of stopping.
 *
 * @param nodes where this node says where it is
 * @param topicAdmin looks up the ids of topics
 */
record NodeContext(
    NodeConfiguration configuration,
    Lifecycle lifecycle,
    ServiceContext service,
    TopicsFound topics,
    RegistryClient registry,
    NodeNotes nodes,
    Admin topicAdmin,
    Clock clock) {
  /** The time in which a part stops. */
  static final Duration SOON = Duration.ofSeconds(5);

  private static final List<LogTopic<?>> TOPICS =
      List.of(
          LogTopics.REGISTRATIONS,
          LogTopics.REVOCATIONS,
          LogTopics.GENERATIONS,
          LogTopics.DELIVERIES,
          LogTopics.INBOX,
          LogTopics.SUBSCRIPTIONS,
          LogTopics.ERASURES,
          LogTopics.MEMBERSHIPS,
          LogTopics.REPLAYS,
          LogTopics.RECEIPTS,
          LogTopics.DEAD_LETTERS,
          LogTopics.CONTROL);

  /** All schemas the node writes: a missing one would later block the writes to its topic. */
  private static final List<LogTopic<?>> WRITTEN_SCHEMAS =
      List.of(
          LogTopics.RECEIPTS,
          LogTopics.INBOX,
          LogTopics.REGISTRATIONS,
          LogTopics.REVOCATIONS,
          LogTopics.GENERATIONS,
          LogTopics.SUBSCRIPTIONS,
          LogTopics.ERASURES,
          LogTopics.MEMBERSHIPS,
          LogTopics.REPLAYS);

  /**
   * Opens the management port, and waits for the topics, the installation and the schemas. Health
   * and metrics start first and stop last.
   */
  static NodeContext open(NodeConfiguration configuration, Lifecycle lifecycle, Clock clock)
      throws Exception {
    Config config = configuration.config();
    ServiceContext service =
        ServiceContext.open(
            config,
            lifecycle,
            configuration.instance(),
            config.get(ManagementSettings.HOST),
            config.get(NodeSettings.MANAGEMENT_PORT));
    TopicsFound topics = service.awaitTopics(TOPICS);
    Installation installation = service.join(topics, Optional.of(configuration.keys()), true);
    RegistryClient registry =
        service.registry(installation, config.get(NodeSettings.STATE_DIR), WRITTEN_SCHEMAS);
    Admin topicAdmin = configuration.clients().topics();
    lifecycle.onStop("topic ids", SOON, () -> topicAdmin.close(Duration.ofSeconds(1)));
    return new NodeContext(
        configuration,
        lifecycle,
        service,
        topics,
        registry,
        installation.nodes(),
        topicAdmin,
        clock);
  }

  /** All topics except {@code deliveries} are written; the listed ones are read. */
  TopicAccess access() {
    List<LogTopic<?>> read =
        new ArrayList<>(
            List.of(
                LogTopics.REVOCATIONS,
                LogTopics.GENERATIONS,
                LogTopics.DELIVERIES,
                LogTopics.INBOX,
                LogTopics.SUBSCRIPTIONS,
                LogTopics.ERASURES,
                LogTopics.MEMBERSHIPS,
                LogTopics.REPLAYS));
    if (configuration.authentication().jwt().isPresent()) {
      read.add(LogTopics.CONTROL);
    }
    return TopicAccess.of(
        read, TOPICS.stream().filter(topic -> !topic.equals(LogTopics.DELIVERIES)).toList());
  }

  Config config() {
    return configuration.config();
  }

  LogClients clients() {
    return configuration.clients();
  }

  TopicNames names() {
    return configuration.instance().topics();
  }

  int partitionCount() {
    return topics.partitions();
  }

  Readiness readiness() {
    return service.readiness();
  }

  MeterRegistry metrics() {
    return service.metrics();
  }
}
