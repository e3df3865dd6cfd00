package dev.tidings.node.session;

/** Why an inbox does not take a connection. */
public enum Refusal {
  /** No partition of this node holds the device's inbox at the moment: try again. */
  NOT_HERE,
  /** It is not clear whether the inbox is still this node's. */
  DOUBTFUL,
  /** The node is stopping. */
  SHUTTING_DOWN
}
