package dev.tidings.device.receive;

/** Receives the notifications of a device. */
@FunctionalInterface
public interface NotificationListener {

  /**
   * Called for one notification after the other, in a thread that may block. Returning confirms the
   * notification, which the service then deletes. If the method throws, nothing is confirmed, and
   * it is called again for the same notification after a delay, {@value #TRIES} times in total:
   * then the notification is given up, so that later ones can follow.
   */
  void onNotification(ReceivedNotification notification) throws Exception;

  /**
   * Called when a notification is taken back that the device was sent before, or may have been: it
   * is not to be shown any more. Otherwise as {@link #onNotification}; of what was never shown
   * there is nothing to do. Does nothing unless it is overridden.
   */
  default void onWithdrawn(Withdrawal withdrawal) throws Exception {}

  /** How often it is called for one notification, if it throws each time. */
  int TRIES = 5;

  /**
   * Called when a notification is given up: it was confirmed, and will not be sent again.
   *
   * @param failure the exception of the last try
   */
  default void onGivenUp(ReceivedNotification notification, Throwable failure) {}
}
