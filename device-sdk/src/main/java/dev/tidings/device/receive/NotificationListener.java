package dev.tidings.device.receive;

/** Is given the notifications. */
@FunctionalInterface
public interface NotificationListener {

  /**
   * Called for one notification after the other, in a thread that may block. To return is to
   * confirm: the service forgets the notification. If it throws, nothing is confirmed, and it is
   * called again for the same notification after a while.
   */
  void onNotification(ReceivedNotification notification) throws Exception;
}
