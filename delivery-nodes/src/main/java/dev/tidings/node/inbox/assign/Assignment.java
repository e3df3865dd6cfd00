package dev.tidings.node.inbox.assign;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.TaskId;

/**
 * The partitions that one node is given.
 *
 * @param active to own
 * @param standby to keep a copy of, to be kept warm or to be warmed up
 */
public record Assignment(Set<TaskId> active, Set<TaskId> standby) {
  public Assignment() {
    this(new TreeSet<>(), new TreeSet<>());
  }

  int size() {
    return active.size() + standby.size();
  }
}
