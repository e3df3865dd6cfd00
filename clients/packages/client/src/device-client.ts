import { backoffDelay } from './connection/backoff.js';
import { Connection, type ConnectionChange } from './connection/connection.js';
import type { Link } from './connection/link.js';
import { Reason } from './connection/reasons.js';
import type { Device, Hints, NotificationRef, Registration } from './device.js';
import { TidingsError } from './errors.js';
import type { Publish } from './mqtt/packets.js';
import { type DeviceOptions, type Settings, settingsOf } from './options.js';
import type { Platform } from './platform/platform.js';
import { Arrivals } from './receive/arrivals.js';
import type { NotificationListener } from './receive/listener.js';
import { notificationOf } from './receive/notification.js';
import { RecentIds } from './receive/recent-ids.js';
import {
  membershipRequest,
  registerRequest,
  registrationOf,
  replayRequest,
  reportRequest,
  stopReplayRequest,
  unregisterRequest,
} from './request/device-requests.js';
import type { Request } from './request/pending.js';
import { type ReplayEnd, type ReplayRequest, Replays } from './request/replays.js';
import { Requests } from './request/requests.js';

/** What else a client may tell. */
export interface DeviceObserver {
  /** The state of the connection has changed. */
  onConnectionChange?(change: ConnectionChange): void;
  /** Something failed of which nobody else is told: the storage, for instance, or a handler that was given up. */
  onProblem?(failure: unknown): void;
}

/** A device with a connection of its own, which reconnects by itself. */
export class DeviceClient implements Device {
  private readonly settings: Settings;
  private readonly connection: Connection;
  private readonly requests: Requests;
  private readonly replays = new Replays();
  private readonly arrivals: Arrivals;
  private link: Link | null = null;
  private stopWaking: () => void = () => undefined;
  private firstConnection: { resolve(): void; reject(failure: TidingsError): void } | null = null;
  private isStarted = false;
  private end: TidingsError | null = null;

  constructor(
    options: DeviceOptions,
    listener: NotificationListener,
    private readonly platform: Platform,
    private readonly observer: DeviceObserver = {},
  ) {
    this.settings = settingsOf(options);
    const problem = (failure: unknown): void => this.observer.onProblem?.(failure);
    this.requests = new Requests(platform.clock, this.settings.answerTimeout);
    this.arrivals = new Arrivals(
      listener,
      new RecentIds(platform.storage, `tidings.${this.serial}.seen`, this.settings.rememberedIds, problem),
      platform.clock,
      {
        receiveMaximum: this.settings.receiveMaximum,
        handlerTimeout: this.settings.handlerTimeout,
        pause: (failures) => backoffDelay(this.settings.backoff, failures, () => platform.random()),
        problem,
      },
    );
    this.connection = new Connection(this.settings, platform, {
      connected: (link, window) => this.connected(link, window),
      published: (publish) => this.published(publish),
      acknowledged: (id, code) => this.requests.acknowledged(id, code),
      disconnected: () => this.disconnected(),
      changed: (change) => this.changed(change),
    });
  }

  get serial(): string {
    return this.settings.serial;
  }

  async connect(): Promise<Record<string, string>> {
    if (this.isStarted) {
      throw new Error('connect: called again (expected: once)');
    }
    this.isStarted = true;
    this.checkOpen();
    await new Promise<void>((resolve, reject) => {
      this.firstConnection = { resolve, reject };
      this.stopWaking = this.platform.onWake(() => this.wake());
      this.connection.start();
    });
    const registrations = await Promise.all(this.settings.apps.map((app) => this.register(app)));
    return Object.fromEntries(registrations.map(({ app, token }) => [app, token]));
  }

  async register(app: string, hints: Hints = {}): Promise<Registration> {
    const { locale, timeZone, tags, user } = { ...this.settings, ...hints };
    const all = Object.entries({ locale, timeZone, tags, user }).filter(([, value]) => value !== undefined);
    return registrationOf(app, await this.ask(registerRequest(app, Object.fromEntries(all))));
  }

  async unregister(app: string): Promise<void> {
    await this.ask(unregisterRequest(app));
  }

  async join(app: string, topic: string): Promise<void> {
    await this.ask(membershipRequest('subscribe', { app, topic }));
  }

  async leave(app: string, topic: string): Promise<void> {
    await this.ask(membershipRequest('unsubscribe', { app, topic }));
  }

  async joinChannel(app: string, channel: string): Promise<void> {
    await this.ask(membershipRequest('subscribe', { app, channel }));
  }

  async leaveChannel(app: string, channel: string): Promise<void> {
    await this.ask(membershipRequest('unsubscribe', { app, channel }));
  }

  async displayed(notification: NotificationRef): Promise<void> {
    await this.ask(reportRequest('displayed', notification));
  }

  async opened(notification: NotificationRef): Promise<void> {
    await this.ask(reportRequest('opened', notification));
  }

  replay(request: ReplayRequest): Promise<ReplayEnd> {
    return this.replays.run((taken) => this.ask({ ...replayRequest(request), taken }));
  }

  async stopReplay(): Promise<void> {
    await this.ask(stopReplayRequest);
  }

  private async ask(request: Request): Promise<Readonly<Record<string, unknown>>> {
    this.checkOpen();
    return this.requests.send(request);
  }

  private checkOpen(): void {
    if (this.end) {
      throw this.end;
    }
  }

  private connected(link: Link, window: number): void {
    this.link = link;
    this.requests.connected(link, window);
    this.firstConnection?.resolve();
    this.firstConnection = null;
  }

  private disconnected(): void {
    this.link = null;
    this.arrivals.connectionLost();
    this.replays.disconnected();
    this.requests.disconnected();
  }

  private published(publish: Publish): void {
    const { link } = this;
    const { id } = publish;
    const notification = notificationOf(publish);
    if (notification && id !== undefined) {
      if (notification.replayed !== undefined) {
        this.replays.reached(notification.replayed);
      }
      if (!this.arrivals.arrived(notification, () => link?.acknowledge(id))) {
        link?.close(Reason.RECEIVE_MAXIMUM_EXCEEDED, 'the server sends more than it may');
      }
      return;
    }
    if (publish.topic === '$tidings/replayed') {
      this.replays.answered(publish.payload);
    }
    this.requests.answered(publish.topic, publish.payload);
    if (id !== undefined) {
      link?.acknowledge(id);
    }
  }

  private changed(change: ConnectionChange): void {
    if (change.state === 'ended') {
      this.ended(new TidingsError(change.refused ? 'refused' : 'closed', change.reason));
    }
    try {
      this.observer.onConnectionChange?.(change);
    } catch (failure) {
      this.observer.onProblem?.(failure);
    }
  }

  private ended(end: TidingsError): void {
    this.end = end;
    this.stopWaking();
    this.arrivals.close();
    this.requests.close();
    this.replays.close();
    this.firstConnection?.reject(end);
    this.firstConnection = null;
  }

  /** Connects at once if it waits for its next attempt, and finds out whether an open connection still carries anything. */
  wake(): void {
    this.connection.wake();
  }

  close(): void {
    this.connection.close('closed');
  }
}
