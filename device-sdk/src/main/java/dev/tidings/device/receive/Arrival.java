package dev.tidings.device.receive;

import java.util.concurrent.atomic.AtomicBoolean;

/** A received message; it occupies a place in the server's receive maximum until it is settled. */
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

  /** Confirms it, once; if its connection is closed, this only releases the place. */
  void settle() {
    if (settled.compareAndSet(false, true)) {
      confirmation.run();
    }
  }
}
