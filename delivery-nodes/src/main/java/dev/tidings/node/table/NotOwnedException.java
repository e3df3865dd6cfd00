package dev.tidings.node.table;

/**
 * This node does not own the device's partition, or no longer does: the request has to go to the
 * owner.
 */
public final class NotOwnedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotOwnedException(String table, int partition) {
    super(table + "-" + partition + " is not this node's");
  }
}
