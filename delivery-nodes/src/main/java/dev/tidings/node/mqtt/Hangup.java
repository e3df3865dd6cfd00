package dev.tidings.node.mqtt;

/** How a connection ends behind its last packet. */
public enum Hangup {
  /** Just like that: the transport has its own way of saying goodbye. */
  CLOSE,
  /**
   * First only the output: closing a socket that has unread input resets it, and the device may
   * never read why. The rest follows when the device hangs up, or after a time.
   */
  OUTPUT_FIRST
}
