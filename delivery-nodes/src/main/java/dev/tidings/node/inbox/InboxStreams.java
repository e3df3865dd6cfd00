package dev.tidings.node.inbox;

import dev.tidings.node.cluster.ClusterView;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.membership.GroupAnswers;
import dev.tidings.node.membership.MemberMetrics;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.parked.RevokedCheck;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.service.health.Health;
import dev.tidings.service.kafka.ChangelogEnds;
import dev.tidings.service.kafka.RestoreProgress;
import dev.tidings.service.kafka.TableClients;
import dev.tidings.service.kafka.client.StreamsRebalances;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.kafka.tables.TableStreams;
import dev.tidings.service.kafka.tables.TableTopics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
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
 * Runs the parked inbox: the Streams application whose active tasks define the ownership of
 * partitions.
 */
public final class InboxStreams {
  private static final Logger LOG = LoggerFactory.getLogger(InboxStreams.class);

  private final TableStreams runs;
  private final DamagedPartitions damaged;
  private final CloseOptions.GroupMembershipOperation atClose;
  private final MemberMetrics members;
  private final RestoreProgress progress = new RestoreProgress();
  private final ChangelogEnds ends =
      new ChangelogEnds(() -> progress.underWay().isPresent(), System::nanoTime);

  /**
   * Creates the application without starting it.
   *
   * @param settings of the application, including this node's address for the other nodes
   * @param topic the name of {@code inbox}
   * @param labels creates a reader for each task
   * @param revoked decides whether a token was revoked
   * @param failures decides what happens when a stream thread dies
   * @param topics what is known of the topics
   * @param damaged which partitions are not read because a batch is damaged
   * @param fatal receives a failure after which the application cannot be made anew
   * @param tables other tables of devices, kept by the owner of the inbox
   */
  public InboxStreams(
      Properties settings,
      String topic,
      Ownership ownership,
      Supplier<ParkedHeaderReader> labels,
      RevokedCheck revoked,
      StreamsUncaughtExceptionHandler failures,
      TableTopics topics,
      DamagedPartitions damaged,
      MeterRegistry metrics,
      Consumer<Throwable> fatal,
      DeviceTable<?>... tables) {
    atClose =
        isStaticMember(settings)
            ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
            : CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
    this.damaged = damaged;
    Map<String, String> names = new HashMap<>();
    names.put(ParkedStore.STORE, topic);
    for (DeviceTable<?> table : tables) {
      names.put(table.name(), table.topicName());
    }
    StreamsRebalances rebalances = new StreamsRebalances(metrics);
    runs =
        new TableStreams(
            () -> {
              KafkaStreams streams =
                  new KafkaStreams(
                      InboxTopology.of(topic, ownership, labels, revoked, tables),
                      settings,
                      new TableClients(ends, damaged));
              streams.setUncaughtExceptionHandler(failures);
              streams.setStateListener(rebalances);
              streams.setGlobalStateRestoreListener(progress);
              return streams;
            },
            topics,
            names,
            metrics,
            fatal);
    members = new MemberMetrics(() -> runs.current().metrics(), System::nanoTime);
  }

  public void start() {
    runs.start();
  }

  /**
   * A topic was deleted and created again: if a table is made from it, all partitions are released,
   * and taken over again with what is in it now. Returns at once.
   */
  public void topicRecreated(String topic) {
    runs.recreated(topic);
  }

  /** Leaves the group, and joins it by new clients. Returns at once. */
  public void rejoin() {
    runs.rejoin("the group of the nodes does not know this one any more: it joins again");
  }

  /** Returns healthy while tasks run; not during a rebalance or restoration. */
  public Health health() {
    if (runs.health() instanceof Health.Unhealthy anew) {
      return anew;
    }
    KafkaStreams.State state = runs.current().state();
    String unread = damaged.trouble();
    if (state == KafkaStreams.State.RUNNING) {
      return Health.unless(unread);
    }
    return Health.unhealthy(
        "parked inbox: "
            + state
            + progress.underWay().map(restored -> ", " + restored).orElse("")
            + ends.trouble().map(missing -> ", " + missing).orElse("")
            + (unread.isEmpty() ? "" : ", " + unread));
  }

  /** Returns the number of records restored so far; it grows during a restoration. */
  public long restored() {
    return progress.restored();
  }

  /** Returns the number of tasks that are assigned to this node, restored or not. */
  public int assigned() {
    int count = 0;
    try {
      for (ThreadMetadata thread : runs.current().metadataForLocalThreads()) {
        count += thread.activeTasks().size() + thread.standbyTasks().size();
      }
    } catch (IllegalStateException | StreamsNotStartedException e) {
      LOG.debug("parked inbox: tasks unknown: {}", e.getMessage());
    }
    return count;
  }

  /**
   * Returns whether the store follows the log: false while partitions are reassigned or restored.
   */
  public boolean isRunning() {
    return runs.current().state() == KafkaStreams.State.RUNNING;
  }

  private static boolean isStaticMember(Properties settings) {
    return settings.containsKey(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
  }

  /**
   * Returns the group coordinator's answers to this node's members so far. Kafka Streams keeps
   * showing those of a dead thread after it was replaced: that member is gone. For one thread.
   */
  public Map<String, GroupAnswers> answers() {
    Map<String, GroupAnswers> answers = new HashMap<>(members.answers());
    try {
      answers
          .keySet()
          .retainAll(
              runs.current().metadataForLocalThreads().stream()
                  .map(ThreadMetadata::consumerClientId)
                  .toList());
    } catch (IllegalStateException | StreamsNotStartedException e) {
      LOG.debug("parked inbox: threads unknown: {}", e.getMessage());
    }
    return answers;
  }

  /** Returns the most recent assignment. May wait for a rebalance's lock. */
  public ClusterView fleet() {
    Set<NodeAddress> members = new HashSet<>();
    Map<Integer, NodeAddress> owners = new HashMap<>();
    try {
      for (StreamsMetadata node : runs.current().metadataForAllStreamsClients()) {
        NodeAddress address = new NodeAddress(node.host(), node.port());
        members.add(address);
        for (TopicPartition partition : node.topicPartitions()) {
          owners.put(partition.partition(), address);
        }
      }
      return new ClusterView(members, owners, here());
    } catch (IllegalStateException | StreamsNotStartedException e) {
      LOG.debug("parked inbox: owners unknown: {}", e.getMessage());
      return ClusterView.UNKNOWN;
    }
  }

  private Optional<Set<Integer>> here() {
    Set<Integer> tasks = new HashSet<>();
    for (ThreadMetadata thread : runs.current().metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        tasks.add(task.taskId().partition());
      }
    }
    // Checked last: an assignment read after the start of a rebalance is not reliable.
    return isRunning() ? Optional.of(tasks) : Optional.empty();
  }

  /**
   * Stops. A static member stays in the group: it keeps its partitions if it returns within the
   * session time-out. A dynamic member leaves, so that others take over at once.
   */
  public void close(Duration timeout) {
    if (!runs.close(atClose, timeout)) {
      LOG.warn("parked inbox: not closed within {}", timeout);
    }
  }
}
