package dev.tidings.node.route;

/** The way in which a connection is closed after its last packet. */
public enum CloseMode {
  /** Closes at once: the transport has its own closing handshake. */
  CLOSE,
  /**
   * Closes only the output first: closing a socket that has unread input resets it, and the device
   * may never read the reason. The rest is closed when the device closes its side, or after a time.
   */
  OUTPUT_FIRST
}
