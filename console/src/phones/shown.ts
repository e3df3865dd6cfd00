import { parseAlert, type ReceivedNotification } from '@tidings/client';

/** A notification as a phone shows it. A plain value, kept over reloads. */
export interface Shown {
  readonly id: string;
  readonly app: string;
  readonly at: number;
  /** Which one it was since the phone was made: tells the order. */
  readonly place: number;
  readonly title: string;
  readonly subtitle: string;
  readonly body: string;
  /** Nothing to be seen of it: it only wakes the app. */
  readonly isSilent: boolean;
  readonly isMissed: boolean;
  readonly isRepeated: boolean;
  isOpened: boolean;
}

const MOST_TEXT = 600;

/**
 * @param isMissed whether it was sent while the phone was away
 */
export function shownOf({ id, app, payload, repeated, replayed }: ReceivedNotification, at: number, place: number, isMissed: boolean): Shown {
  const alert = parseAlert(payload);
  const hasText = Boolean(alert?.title ?? alert?.subtitle ?? alert?.body);
  return {
    id,
    app,
    at,
    place,
    title: alert?.title ?? '',
    subtitle: alert?.subtitle ?? '',
    body: (alert?.body ?? (hasText ? '' : payload)).slice(0, MOST_TEXT),
    isSilent: !hasText,
    isMissed,
    isRepeated: repeated || replayed !== undefined,
    isOpened: false,
  };
}
