package dev.tidings.node.session;

import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;

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
   * A notification cannot be sent over this connection, now or later, for example because it is
   * larger than the device's Maximum Packet Size ([MQTT-3.1.2-24]). It is settled, and its receipt
   * states the reason.
   */
  void undeliverable(int packetId, String why);

  /**
   * Replaces the device's subscriptions: only notifications of the apps they cover are pushed from
   * now on. A new session has none.
   *
   * @param then called once the change is in effect, from any thread, before any newly subscribed
   *     notification is pushed; not called if the session ends first
   */
  void subscribed(Subscriptions now, Runnable then);

  /**
   * Sends again what the log still has of a span, through {@link DeviceLink#replay}, one such
   * request at a time. What waits is sent first, and so is what comes meanwhile.
   *
   * @param listener not called if the session ends before the request begins
   */
  void replay(ReplaySpan span, ReplayListener listener);

  /**
   * Ends what {@link #replay} has begun; its listener is told. Nothing happens if there is none.
   */
  void stopReplay();

  /** The connection is closed. Idempotent. */
  void detached();
}
