import type { ReceivedNotification, Withdrawal } from './notification.js';

/** How often a handler is called for one notification, if it fails each time. */
export const TRIES = 5;

/** Receives the notifications of a device, one after the other. */
export interface NotificationListener {
  /**
   * When the promise has resolved, or the function has returned, the notification is confirmed, and the service deletes it. If
   * it fails, nothing is confirmed, and it is called again for the same notification after a delay, five times in total: then
   * the notification is given up, so that later ones can follow.
   */
  onNotification(notification: ReceivedNotification): void | Promise<void>;
  /** A notification was taken back: it is not to be shown any more. Otherwise as `onNotification`. */
  onWithdrawn?(withdrawal: Withdrawal): void | Promise<void>;
  /** A notification was given up: it was confirmed, and will not be sent again. */
  onGivenUp?(notification: ReceivedNotification, failure: unknown): void;
}
