package dev.tidings.node.mqtt;

/** How a connection is closed after its last packet. */
public enum Hangup {
  /** Closes at once: the transport has its own closing handshake. */
  CLOSE,
  /**
   * Closes only the output first: closing a socket that has unread input resets it, and the device
   * may never read the reason. The rest is closed when the device closes its side, or after a time.
   */
  OUTPUT_FIRST
}
