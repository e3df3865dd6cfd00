package dev.tidings.node.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The most recent assignment of partitions to nodes.
 *
 * @param members the addresses of all nodes, this one included
 * @param owners the owner of each partition; partitions without an owner are absent
 * @param here the partitions that this node really owns; empty during a rebalance
 */
public record ClusterView(
    Set<NodeAddress> members, Map<Integer, NodeAddress> owners, Optional<Set<Integer>> here) {
  /** An assignment of which nothing is known. */
  public static final ClusterView UNKNOWN = new ClusterView(Set.of(), Map.of(), Optional.empty());
}
