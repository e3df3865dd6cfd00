package dev.tidings.node.mqtt.connect;

/** What becomes of a CONNECT, as far as the packet itself can tell. */
public sealed interface ConnectOutcome {
  /** To be attached to its inbox. */
  record Granted(ConnectRequest request) implements ConnectOutcome {}

  record Refused(ConnectRefusal why) implements ConnectOutcome {}
}
