package dev.tidings.node.session;

/** The reason why a connection is not attached to its device's inbox. */
public enum AttachRefusal {
  /** The device's inbox is in no partition that this node owns at the moment: try again. */
  NOT_HERE,
  /** It is not clear whether the inbox is still this node's. */
  OWNERSHIP_IN_DOUBT,
  /** The node is stopping. */
  SHUTTING_DOWN
}
