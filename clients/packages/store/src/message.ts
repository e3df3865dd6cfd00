import { type Alert, parseAlert, type ReceivedNotification } from '@tidings/client';

/** A notification as it is shown in the app. A plain value. */
export interface Message {
  readonly id: string;
  readonly app: string;
  readonly title: string;
  readonly body: string;
  readonly sound: string | null;
  /** The number that the provider wants on the app's icon; null if it said none. */
  readonly badge: number | null;
  /** As the provider sent it. */
  readonly payload: string;
  /** When it came, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly isRead: boolean;
  /** Whether it comes from this device itself instead of the service. */
  readonly isLocal: boolean;
}

export function messageOf(notification: ReceivedNotification, receivedAt: number): Message {
  const { id, app, payload, local } = notification;
  const alert: Alert = parseAlert(payload) ?? {};
  return {
    id,
    app,
    title: alert.title ?? '',
    body: alert.body ?? '',
    sound: alert.sound ?? null,
    badge: alert.badge ?? null,
    payload,
    receivedAt,
    isRead: false,
    isLocal: local === true,
  };
}

/** Whether there is anything to show of it: a background notification has neither text, sound nor badge. */
export function isVisible({ title, body, sound, badge }: Message): boolean {
  return title !== '' || body !== '' || sound !== null || badge !== null;
}
