package dev.tidings.device.receive;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something that arrived and holds its place in the server's window until it is settled. */
final class Arrival {
  private final ReceivedNotification notification;
  private final Runnable confirmation;
  private final AtomicBoolean settled = new AtomicBoolean();

  Arrival(ReceivedNotification notification, Runnable confirmation) {
    this.notification = notification;
    this.confirmation = confirmation;
  }

  ReceivedNotification notification() {
    return notification;
  }

  boolean isSettled() {
    return settled.get();
  }

  /** Confirms it, once; on a connection that is gone this only gives the place free. */
  void settle() {
    if (settled.compareAndSet(false, true)) {
      confirmation.run();
    }
  }
}
