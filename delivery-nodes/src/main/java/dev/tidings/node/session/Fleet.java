package dev.tidings.node.session;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the nodes have agreed on last.
 *
 * @param members under what address each is reached, this node too
 * @param owners who has each partition, without those that nobody has
 * @param here the partitions that this node really has; empty while they are on the move
 */
public record Fleet(
    Set<HostPort> members, Map<Integer, HostPort> owners, Optional<Set<Integer>> here) {
  /** Of which nothing is known. */
  public static final Fleet UNKNOWN = new Fleet(Set.of(), Map.of(), Optional.empty());
}
