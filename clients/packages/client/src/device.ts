import type { ReceivedNotification } from './receive/notification.js';
import type { ReplayEnd, ReplayRequest } from './request/replays.js';

/** What a device tells of itself when it registers. */
export interface Hints {
  locale?: string;
  timeZone?: string;
  tags?: readonly string[];
  user?: string;
}

/** An app of this device is registered. */
export interface Registration {
  readonly app: string;
  /** What the app gives to its provider. */
  readonly token: string;
  /** The hints that the service did not understand, or does not take from a device. */
  readonly ignored: readonly string[];
}

/** The notification that something is told of. */
export type NotificationRef = Pick<ReceivedNotification, 'id' | 'app'>;

/** A device of the service. Requests fail with a `TidingsError`; without a connection they wait for the next one. */
export interface Device {
  readonly serial: string;
  /**
   * Connects, and retries until it succeeds, is refused for good, or the device is closed; then registers the apps of the
   * options. To be called once.
   *
   * @returns the tokens of those apps
   */
  connect(): Promise<Record<string, string>>;
  /** Registers for an app; the token is the same every time until it is unregistered. */
  register(app: string, hints?: Hints): Promise<Registration>;
  /** Gives the app's token back, for good. */
  unregister(app: string): Promise<void>;
  /** Joins a broadcast topic of a registered app. */
  join(app: string, topic: string): Promise<void>;
  leave(app: string, topic: string): Promise<void>;
  /** Joins one of Apple's channels by its id. */
  joinChannel(app: string, channel: string): Promise<void>;
  leaveChannel(app: string, channel: string): Promise<void>;
  /** Tells the service that the device has shown a notification. */
  displayed(notification: NotificationRef): Promise<void>;
  /** Tells the service that the user has opened a notification. */
  opened(notification: NotificationRef): Promise<void>;
  /** Asks for a part of the history again; its notifications come as others do, marked as replayed. */
  replay(request: ReplayRequest): Promise<ReplayEnd>;
  stopReplay(): Promise<void>;
  /** Disconnects for good. What is unconfirmed comes again to the next connection. */
  close(): void;
}
