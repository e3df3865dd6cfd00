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

  /**
   * A notification can't be sent over this connection, now or later, such as one larger than the
   * device's Maximum Packet Size ([MQTT-3.1.2-24]): it ends here, and its receipt says why.
   */
  void undeliverable(int packetId, String why);

  /**
   * What the device has subscribed to from now on: notifications of those apps are pushed, and no
   * others. A session begins with none.
   *
   * @param then called when that is so, from any thread, before anything is pushed that the device
   *     has newly subscribed to; not called if the session ends before
   */
  void subscribed(Subscriptions now, Runnable then);

  /** The connection is gone. Idempotent. */
  void detached();
}
