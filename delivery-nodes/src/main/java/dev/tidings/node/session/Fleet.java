package dev.tidings.node.session;

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
public record Fleet(
    Set<HostPort> members, Map<Integer, HostPort> owners, Optional<Set<Integer>> here) {
  /** An assignment of which nothing is known. */
  public static final Fleet UNKNOWN = new Fleet(Set.of(), Map.of(), Optional.empty());
}
