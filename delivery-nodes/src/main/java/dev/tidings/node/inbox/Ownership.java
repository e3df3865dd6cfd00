package dev.tidings.node.inbox;

/** Learns which partitions are this node's. Called on a stream thread. */
public interface Ownership {
  /**
   * The partition is ours, its store restored.
   *
   * @param index who has what in it
   * @return who hears what happens to it from now on
   */
  InboxNews acquired(int partition, ParkedStore store, ParkedIndex index);

  /** The partition is ours no longer; returns when it has been let go, or after a bounded time. */
  void lost(int partition);
}
