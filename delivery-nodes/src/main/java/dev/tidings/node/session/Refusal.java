package dev.tidings.node.session;

/** Why an inbox does not take a connection. */
public enum Refusal {
  /** No partition of this node holds the device's inbox at the moment: try again. */
  NOT_HERE,
  /** The node is stopping. */
  SHUTTING_DOWN
}
