import type { Publish } from '../mqtt/packets.js';
import { decodeUtf8 } from '../mqtt/utf8.js';

/** A notification as received by the device. A plain value: it may be kept, copied and sent to other tabs. */
export interface ReceivedNotification {
  /** The same at every repetition. */
  readonly id: string;
  /** The app's bundle id. */
  readonly app: string;
  /** As the provider sent it: JSON. */
  readonly payload: string;
  /** The MQTT 5 user properties; the first if there are two of one name. */
  readonly properties: Readonly<Record<string, string>>;
  /** Whether the device was, or may have been, sent it before. */
  readonly repeated: boolean;
  /** If it comes out of the history because the device asked for it: where to go on behind it. */
  readonly replayed?: string;
  /** Whether it comes from this device itself instead of the service. */
  readonly local?: boolean;
}

/** A notification that was sent to this device, or may have been, is not to be shown any more. */
export interface Withdrawal {
  readonly id: string;
  readonly app: string;
}

const WITHDRAW = 'withdraw-';

/** Reads a PUBLISH to `tidings/{app}/{id}`; null for any other topic. */
export function notificationOf(publish: Publish): ReceivedNotification | null {
  const [root, app, id, more] = publish.topic.split('/');
  if (root !== 'tidings' || !app || !id || more !== undefined) {
    return null;
  }
  const properties: Record<string, string> = Object.create(null);
  for (const [name, value] of publish.properties.user ?? []) {
    properties[name] ??= value;
  }
  const { replayed } = properties;
  return {
    id,
    app,
    payload: decodeUtf8(publish.payload),
    properties: { ...properties },
    repeated: publish.dup,
    ...(replayed === undefined ? {} : { replayed }),
  };
}

/** What it takes back, if it is no notification but a withdrawal. */
export function withdrawalOf({ id, app }: ReceivedNotification): Withdrawal | null {
  return id.startsWith(WITHDRAW) ? { id: id.slice(WITHDRAW.length), app } : null;
}
