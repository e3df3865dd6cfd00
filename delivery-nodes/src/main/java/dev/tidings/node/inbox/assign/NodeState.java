package dev.tidings.node.inbox.assign;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * The partitions that one node has, and how far its copies have come.
 *
 * @param active the tasks it owns at the moment
 * @param lags how many records its copy of each task lacks; one it has no entry for, it lacks whole
 */
public record NodeState(ProcessId id, Set<TaskId> active, Map<TaskId, Long> lags) {

  /** Never below 0: the owner of a task is told to lack less than nothing. */
  public long lag(TaskId task) {
    return active.contains(task) ? 0 : Math.max(0, lags.getOrDefault(task, Long.MAX_VALUE));
  }
}
