package dev.tidings.node.session;

/**
 * A device's connection attached to its inbox, as the protocol sees it. Thread-safe; never blocks.
 */
public interface Session {
  /**
   * The device has confirmed a notification: its PUBACK. An id that is not in flight, such as one
   * of an earlier session, changes nothing.
   */
  void confirmed(int packetId);

  /** The connection is gone. Idempotent. */
  void detached();
}
