package dev.tidings.node.inbox;

import dev.tidings.node.membership.GroupAnswers;
import dev.tidings.node.session.Fleet;
import dev.tidings.node.session.HostPort;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.service.health.Health;
import dev.tidings.service.kafka.RestoreProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parked inbox at work: the Streams application whose tasks are the ownership of partitions.
 */
public final class InboxStreams {
  private static final Logger LOG = LoggerFactory.getLogger(InboxStreams.class);

  private final KafkaStreams streams;
  private final CloseOptions.GroupMembershipOperation atClose;
  private final RestoreProgress progress = new RestoreProgress();

  /**
   * An application that is not started.
   *
   * @param settings say who this node is to the others, too
   * @param topic the name of {@code inbox}
   * @param labels makes a reader for each task
   * @param revoked tells whether a token is
   * @param failures decides what follows when a stream thread dies
   * @param tables what else is kept of devices by the owner of their inbox
   */
  public InboxStreams(
      Properties settings,
      String topic,
      Ownership ownership,
      Supplier<LabelReader> labels,
      RevokedCheck revoked,
      StreamsUncaughtExceptionHandler failures,
      DeviceTable<?>... tables) {
    atClose =
        isStaticMember(settings)
            ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
            : CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
    streams =
        new KafkaStreams(InboxTopology.of(topic, ownership, labels, revoked, tables), settings);
    streams.setUncaughtExceptionHandler(failures);
    streams.setGlobalStateRestoreListener(progress);
  }

  public void start() {
    streams.start();
  }

  /** Healthy while tasks run; a rebalance or restoration under way is not. */
  public Health health() {
    KafkaStreams.State state = streams.state();
    return state == KafkaStreams.State.RUNNING
        ? Health.healthy()
        : Health.unhealthy(
            "parked inbox: "
                + state
                + progress.underWay().map(restored -> ", " + restored).orElse(""));
  }

  /** Grows as long as the store is being restored. */
  public long restored() {
    return progress.restored();
  }

  /** Whether the store keeps up with the log: not while partitions are moved or restored. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  private static boolean isStaticMember(Properties settings) {
    return settings.containsKey(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
  }

  /**
   * What the group has answered this node's members so far. Kafka Streams goes on to show what a
   * thread that died had heard, after another has taken its place: that one is no member any more.
   */
  public Map<String, GroupAnswers> answers() {
    Map<String, GroupAnswers> answers = new HashMap<>(GroupAnswers.of(streams.metrics()));
    try {
      answers
          .keySet()
          .retainAll(
              streams.metadataForLocalThreads().stream()
                  .map(ThreadMetadata::consumerClientId)
                  .toList());
    } catch (IllegalStateException | StreamsNotStartedException e) {
      LOG.debug("parked inbox: threads not known: {}", e.getMessage());
    }
    return answers;
  }

  /** What the nodes have agreed on last. May wait for a rebalance's lock. */
  public Fleet fleet() {
    Set<HostPort> members = new HashSet<>();
    Map<Integer, HostPort> owners = new HashMap<>();
    try {
      for (StreamsMetadata node : streams.metadataForAllStreamsClients()) {
        HostPort address = new HostPort(node.host(), node.port());
        members.add(address);
        for (TopicPartition partition : node.topicPartitions()) {
          owners.put(partition.partition(), address);
        }
      }
      return new Fleet(members, owners, here());
    } catch (IllegalStateException | StreamsNotStartedException e) {
      LOG.debug("parked inbox: owners not known: {}", e.getMessage());
      return Fleet.UNKNOWN;
    }
  }

  private Optional<Set<Integer>> here() {
    Set<Integer> tasks = new HashSet<>();
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        tasks.add(task.taskId().partition());
      }
    }
    // Asked last: what was read while partitions began to move is not to be relied on.
    return isRunning() ? Optional.of(tasks) : Optional.empty();
  }

  /**
   * Stops. A static member stays in the group: it keeps its partitions if it is back within the
   * session time-out. Any other leaves, so that others take over at once.
   */
  public void close(Duration timeout) {
    boolean closed =
        streams.close(CloseOptions.groupMembershipOperation(atClose).withTimeout(timeout));
    if (!closed) {
      LOG.warn("parked inbox: not closed within {}", timeout);
    }
  }
}
