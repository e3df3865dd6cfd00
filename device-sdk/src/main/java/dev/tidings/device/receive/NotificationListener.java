package dev.tidings.device.receive;

/** Is given the notifications. */
@FunctionalInterface
public interface NotificationListener {

  /**
   * Called for one notification after the other, in a thread that may block. To return is to
   * confirm: the service forgets the notification. If it throws, nothing is confirmed, and it is
   * called again for the same notification after a while, {@value #TRIES} times in all: then the
   * notification is given up, so that those behind it come.
   */
  void onNotification(ReceivedNotification notification) throws Exception;

  /** How often it is called for one notification, if it throws each time. */
  int TRIES = 5;

  /**
   * Called when a notification is given up: it was confirmed, and will not come again.
   *
   * @param failure what was thrown at the last try
   */
  default void onGivenUp(ReceivedNotification notification, Throwable failure) {}
}
