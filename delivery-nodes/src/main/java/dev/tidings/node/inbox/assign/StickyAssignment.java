package dev.tidings.node.inbox.assign;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.jspecify.annotations.Nullable;

/**
 * Shares tasks out among nodes. What has an owner stays there, but for evening out: then it goes to
 * a node that has it warm, or a node is told to warm it up and it goes there next time. What has
 * none goes to the node whose copy lags least. The same state gives the same shares.
 */
public final class StickyAssignment {
  private final List<NodeState> nodes;
  private final long warmLag;
  private final int standbys;
  private final int maxWarmups;

  /** What is given, in the end. */
  private final Map<ProcessId, Assignment> shares = new TreeMap<>();

  /** What each would own if every copy were warm: what is evened out. */
  private final Map<ProcessId, Assignment> wanted = new TreeMap<>();

  private int warmups;

  /**
   * @param warmLag how much a copy may lag to count as warm, in records
   * @param standbys how many copies of each task, besides its owner's
   * @param maxWarmups how many copies may be warmed up at a time
   */
  public StickyAssignment(List<NodeState> nodes, long warmLag, int standbys, int maxWarmups) {
    this.nodes = nodes.stream().sorted(Comparator.comparing(NodeState::id)).toList();
    this.warmLag = warmLag;
    this.standbys = standbys;
    this.maxWarmups = maxWarmups;
    for (NodeState node : nodes) {
      shares.put(node.id(), new Assignment());
      wanted.put(node.id(), new Assignment());
    }
  }

  /** Shares them out; called once. */
  public Map<ProcessId, Assignment> of(SortedSet<TaskId> tasks) {
    for (TaskId task : tasks) {
      NodeState owner = owner(task);
      if (owner != null) {
        own(owner, task);
      }
    }
    for (TaskId task : tasks) {
      if (owner(task) == null) {
        own(nearest(task), task);
      }
    }
    evenOut();
    for (TaskId task : tasks) {
      addStandbys(task);
    }
    return shares;
  }

  /** Whether a copy is being warmed up, so that it is to be shared out anew before long. */
  public boolean isWarmingUp() {
    return warmups > 0;
  }

  private @Nullable NodeState owner(TaskId task) {
    return nodes.stream().filter(node -> node.active().contains(task)).findFirst().orElse(null);
  }

  private void own(NodeState node, TaskId task) {
    share(node).active().add(task);
    want(node).active().add(task);
  }

  private Assignment share(NodeState node) {
    return shares.getOrDefault(node.id(), new Assignment());
  }

  private Assignment want(NodeState node) {
    return wanted.getOrDefault(node.id(), new Assignment());
  }

  private boolean isWarm(NodeState node, TaskId task) {
    return node.lag(task) <= warmLag;
  }

  /** Of those who have it warm the one with least to do; if nobody has, who lags least. */
  private NodeState nearest(TaskId task) {
    return nodes.stream()
        .min(
            Comparator.comparingLong((NodeState node) -> isWarm(node, task) ? 0 : node.lag(task))
                .thenComparingInt(node -> share(node).active().size())
                .thenComparingLong(node -> node.lag(task)))
        .orElseThrow();
  }

  /** Until no node would own two more than another. */
  private void evenOut() {
    Comparator<NodeState> byLoad = Comparator.comparingInt(node -> want(node).active().size());
    while (true) {
      NodeState most = nodes.stream().max(byLoad).orElseThrow();
      NodeState least = nodes.stream().min(byLoad).orElseThrow();
      if (want(most).active().size() - want(least).active().size() < 2) {
        return;
      }
      TaskId task =
          want(most).active().stream().min(Comparator.comparingLong(least::lag)).orElseThrow();
      want(most).active().remove(task);
      want(least).active().add(task);
      if (isWarm(least, task)) {
        share(most).active().remove(task);
        share(least).active().add(task);
      } else if (warmups < maxWarmups) {
        share(least).standby().add(task);
        warmups++;
      }
    }
  }

  /** Where there is a copy already, if possible; else where there is least to do. */
  private void addStandbys(TaskId task) {
    nodes.stream()
        .filter(node -> !share(node).active().contains(task))
        .filter(node -> !share(node).standby().contains(task))
        .sorted(
            Comparator.comparing((NodeState node) -> !isWarm(node, task))
                .thenComparingInt(node -> share(node).size())
                .thenComparingLong(node -> node.lag(task)))
        .limit(standbys)
        .toList()
        .forEach(node -> share(node).standby().add(task));
  }
}
