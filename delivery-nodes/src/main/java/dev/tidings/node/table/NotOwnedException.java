package dev.tidings.node.table;

/** The device's partition is not, or no longer, this node's: its owner has to be asked. */
public final class NotOwnedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotOwnedException(String table, int partition) {
    super(table + "-" + partition + " is not this node's");
  }
}
