package dev.tidings.node.device;

import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.Subscriptions;

/**
 * The events of a device's connection, for the partition that has its inbox. Called from any
 * thread, and carried out on the partition's loop, in order.
 */
public interface SessionEvents {
  /** The device has confirmed what was sent under a packet id. */
  void confirmed(DeviceSession session, int packetId);

  /** What was sent under a packet id can't be sent over this connection. */
  void undeliverable(DeviceSession session, int packetId, String why);

  /** The device has changed its subscriptions. */
  void subscribed(DeviceSession session, Subscriptions now, Runnable then);

  /** The device wants a span of its history once more. */
  void replay(DeviceSession session, ReplaySpan span, ReplayListener listener);

  /** The device wants no more of that. */
  void stopReplay(DeviceSession session);

  /** The connection is gone. */
  void detached(DeviceSession session);
}
