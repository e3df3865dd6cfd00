package dev.tidings.node.inbox;

import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedStore;

/** Listener for the partitions that this node owns. Called on a stream thread. */
public interface Ownership {
  /**
   * This node now owns the partition, and its store is restored.
   *
   * @param index the entries in it, by device
   * @return the listener for all further changes
   */
  InboxListener acquired(int partition, ParkedStore store, ParkedIndex index);

  /**
   * This node no longer owns the partition. Returns when it has been released, or after a bounded
   * time.
   */
  void lost(int partition);
}
