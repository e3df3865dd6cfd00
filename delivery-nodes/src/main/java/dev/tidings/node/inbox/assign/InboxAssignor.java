package dev.tidings.node.inbox.assign;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares the inbox's partitions out among the nodes as {@link StickyAssignment} says. Kafka Streams
 * makes one, of its class's name ({@code task.assignor.class}); its own ones either move partitions
 * among healthy nodes whenever one comes or goes, or give a newcomer what it first has to fetch.
 */
public final class InboxAssignor implements TaskAssignor {
  private static final Logger LOG = LoggerFactory.getLogger(InboxAssignor.class);

  @Override
  public TaskAssignment assign(ApplicationState state) {
    AssignmentConfigs configs = state.assignmentConfigs();
    SharedAddresses.of(state.kafkaStreamsStates(true).values())
        .forEach((address, names) ->
            LOG.error(
                "{} all advertise {}, so that devices of some of them are refused: set"
                    + " advertised.host, one for each node",
                names,
                address));
    List<NodeState> nodes =
        state.kafkaStreamsStates(true).values().stream()
            .map(node ->
                new NodeState(
                    node.processId(), node.previousActiveTasks(), node.statefulTasksToLagSums()))
            .toList();
    StickyAssignment stickyAssignment =
        new StickyAssignment(
            nodes,
            configs.acceptableRecoveryLag(),
            configs.numStandbyReplicas(),
            configs.maxWarmupReplicas());
    Map<ProcessId, Assignment> shares =
        stickyAssignment.of(new TreeSet<>(state.allTasks().keySet()));
    List<KafkaStreamsAssignment> assignments = new ArrayList<>();
    shares.forEach((node, assignment) -> assignments.add(assignment(node, assignment)));
    if (stickyAssignment.isWarmingUp()) {
      Instant again = Instant.now().plusMillis(configs.probingRebalanceIntervalMs());
      assignments.set(0, assignments.getFirst().withFollowupRebalance(again));
    }
    return new TaskAssignment(assignments);
  }

  private static KafkaStreamsAssignment assignment(ProcessId node, Assignment assignment) {
    Set<AssignedTask> tasks = new HashSet<>();
    for (TaskId task : assignment.active()) {
      tasks.add(new AssignedTask(task, AssignedTask.Type.ACTIVE));
    }
    for (TaskId task : assignment.standby()) {
      tasks.add(new AssignedTask(task, AssignedTask.Type.STANDBY));
    }
    return KafkaStreamsAssignment.of(node, tasks);
  }
}
