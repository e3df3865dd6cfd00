package dev.tidings.node.mqtt.connect;

/** The decision about a CONNECT, as far as it follows from the packet itself. */
public sealed interface ConnectOutcome {
  /** It is to be authenticated and attached to its inbox. */
  record Granted(ConnectRequest request) implements ConnectOutcome {}

  record Refused(ConnectRefusal why) implements ConnectOutcome {}
}
