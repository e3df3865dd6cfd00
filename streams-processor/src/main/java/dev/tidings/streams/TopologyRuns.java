package dev.tidings.streams;

import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.TableOrigins;
import dev.tidings.streams.broadcast.BroadcastStep;
import dev.tidings.streams.run.GroupOffsets;
import dev.tidings.streams.run.StreamsRuns;
import dev.tidings.streams.step.StepContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** Lists the topics that the topology reads, and those of its tables, and creates its runs. */
final class TopologyRuns {
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  private TopologyRuns() {}

  static StreamsRuns of(
      KafkaClients clients,
      TopicNames names,
      Path stateDir,
      InstantSource clock,
      MeterRegistry metrics,
      StreamsRuns.Maker maker) {
    Admin admin = clients.admin("offsets").answeredWithin(ATTEMPT).openAdmin();
    String application = names.group(ConsumerGroups.STREAMS_PROCESSOR);
    String registrations = names.of(LogTopics.REGISTRATIONS);
    String subscriptions = names.of(LogTopics.SUBSCRIPTIONS);
    String broadcasts = names.of(LogTopics.BROADCASTS);
    Set<String> sources =
        Set.of(
            names.of(LogTopics.NOTIFICATIONS),
            registrations,
            names.of(LogTopics.SCHEDULES),
            subscriptions,
            broadcasts);
    return new StreamsRuns(
        new GroupOffsets(admin, application, sources, names.of(LogTopics.CONTROL)),
        new TableOrigins(
            stateDir,
            application,
            Set.of(StepContext.WAITING_STORE),
            Set.of(StepContext.FORMER_SCHEDULES_STORE)),
        sources,
        Map.of(
            StepContext.REGISTRATIONS_STORE,
            registrations,
            StepContext.WAITING_STORE,
            names.of(LogTopics.WAITING),
            StepContext.COUNTS_STORE,
            names.of(LogTopics.DAILY_COUNTS),
            StepContext.SCHEDULES_STORE,
            names.of(LogTopics.SCHEDULES),
            BroadcastStep.SUBSCRIBERS_STORE,
            subscriptions,
            BroadcastStep.BROADCASTS_STORE,
            broadcasts),
        maker,
        clock,
        metrics);
  }
}
