import { reasonOf } from '../errors.js';
import type { Publish } from '../mqtt/packets.js';
import type { Settings } from '../options.js';
import type { Platform } from '../platform/platform.js';
import { Authentication } from '../token/authentication.js';
import { backoffDelay } from './backoff.js';
import { Link } from './link.js';
import { type Ending, isFinal, isTakenOver, Reason } from './reasons.js';
import { Route } from './route.js';

/** A change of the connection's state. */
export type ConnectionChange =
  | { state: 'connected' }
  /** Lost, or could not be established; another attempt follows after that many milliseconds. */
  | { state: 'lost'; reason: string; retryIn: number }
  /** Another connection of this device came instead: no attempt follows until the page or the app comes back. */
  | { state: 'taken-over'; reason: string }
  /** Over for good: closed, or refused. */
  | { state: 'ended'; reason: string; refused: boolean };

export interface ConnectionEvents {
  connected(link: Link, window: number): void;
  published(publish: Publish): void;
  acknowledged(id: number, reason: number): void;
  disconnected(): void;
  changed(change: ConnectionChange): void;
}

/** A connection that lasted so long was healthy: one that is closed at once was not. */
const STEADY = 10_000;
/** Coming back makes at most one attempt in this time. */
const LEAST_BETWEEN_WAKES = 1_000;
const NOTIFICATIONS = 'tidings/#';

/** The device's connection over time: opens it, and opens it again when it is lost. */
export class Connection {
  private readonly route: Route;
  private readonly authentication: Authentication;
  private link: Link | null = null;
  private state: 'idle' | 'waiting' | 'opening' | 'open' | 'taken-over' | 'ended' = 'idle';
  private cancelWait: () => void = () => undefined;
  private attempts = 0;
  private redirects = 0;
  private connectedAt: number | null = null;
  private lastAttempt = -Infinity;

  constructor(
    private readonly settings: Settings,
    private readonly platform: Platform,
    private readonly events: ConnectionEvents,
  ) {
    this.route = new Route(settings.servers);
    this.authentication = new Authentication(settings, platform);
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  start(): void {
    if (this.state === 'idle') {
      void this.attempt();
    }
  }

  /** The page or the app has come back, or the device is online again. */
  wake(): void {
    if (this.isOpening() && this.hasPassed(this.settings.pingTimeout, this.lastAttempt)) {
      // Nothing more may come of what a page began before it was suspended: phones forget such sockets.
      this.link?.close(Reason.SUCCESS, 'no connection before the page came back');
    }
    if (this.state === 'open') {
      this.link?.checkNow();
    } else if (
      (this.state === 'waiting' || this.state === 'taken-over') &&
      this.hasPassed(LEAST_BETWEEN_WAKES, this.lastAttempt)
    ) {
      this.cancelWait();
      void this.attempt();
    }
  }

  private async attempt(): Promise<void> {
    this.state = 'opening';
    this.lastAttempt = this.platform.clock.now();
    let credentials;
    try {
      credentials = await this.authentication.credentials();
    } catch (failure) {
      if (this.isOpening()) {
        this.retry(`no token: ${reasonOf(failure)}`, this.nextDelay());
      }
      return;
    }
    if (!this.isOpening()) {
      return;
    }
    this.link = new Link(this.route.current(), this.settings, credentials, this.platform, {
      accepted: (window) => this.accepted(window),
      published: (publish) => this.events.published(publish),
      acknowledged: (id, reason) => this.events.acknowledged(id, reason),
      subscribed: (reasons) => this.subscribed(reasons),
      reauthenticated: (done) => this.authentication.reauthenticated(done),
      ended: (ending) => this.ended(ending),
    });
    if (this.state !== 'opening') {
      // It ended before it was known.
      this.link = null;
    }
  }

  private isOpening(): boolean {
    return this.state === 'opening';
  }

  private accepted(window: number): void {
    const link = this.link!;
    this.state = 'open';
    this.connectedAt = this.platform.clock.now();
    this.authentication.connected(link);
    this.events.changed({ state: 'connected' });
    // At each connection: the server sends none without, and need not have kept that of an earlier one.
    link.subscribe(NOTIFICATIONS);
    this.events.connected(link, window);
  }

  private subscribed(reasons: number[]): void {
    if (reasons.some((reason) => reason >= 0x80)) {
      this.link?.close(Reason.SUCCESS, 'the server grants no subscription');
    }
  }

  private ended(ending: Ending): void {
    const wasOpen = this.state === 'open';
    this.link = null;
    if (this.state === 'ended') {
      return;
    }
    this.authentication.disconnected(wasOpen);
    if (wasOpen) {
      this.events.disconnected();
    }
    if (isTakenOver(ending)) {
      this.state = 'taken-over';
      this.events.changed({ state: 'taken-over', reason: ending.reason });
    } else if (isFinal(ending) && !this.authentication.mayRetry(ending)) {
      this.end(ending.reason, true);
    } else {
      this.retry(ending.reason, this.delayAndRoute(ending, wasOpen));
    }
  }

  /** Chooses the next server, and returns the delay before connecting to it. */
  private delayAndRoute(ending: Ending, wasOpen: boolean): number {
    if (this.settings.redirects && ending.by !== 'line' && ending.reference && this.route.refer(ending.reference)) {
      // Many devices are moved at once, so they wait; a redirected device is alone, so it does not, the first time.
      return wasOpen || this.redirects++ > 0 ? this.nextDelay() : 0;
    }
    if (wasOpen && ending.by === 'line') {
      this.route.lost();
    } else {
      this.route.failed();
    }
    return this.nextDelay();
  }

  /** After a connection that lasted, the delays start small again. */
  private nextDelay(): number {
    if (this.connectedAt !== null && this.hasPassed(STEADY, this.connectedAt)) {
      this.attempts = 0;
      this.redirects = 0;
    }
    this.connectedAt = null;
    return backoffDelay(this.settings.backoff, this.attempts++, () => this.platform.random());
  }

  /** A clock that was set back meanwhile says nothing: then it has. */
  private hasPassed(time: number, since: number): boolean {
    const passed = this.platform.clock.now() - since;
    return passed >= time || passed < 0;
  }

  private retry(reason: string, delay: number): void {
    this.state = 'waiting';
    this.cancelWait = this.platform.clock.after(delay, () => void this.attempt());
    this.events.changed({ state: 'lost', reason, retryIn: delay });
  }

  /** Closes the connection for good. */
  close(reason: string): void {
    if (this.state === 'ended') {
      return;
    }
    const wasOpen = this.state === 'open';
    this.end(reason, false);
    this.authentication.disconnected(wasOpen);
    this.link?.close(Reason.SUCCESS, reason);
    this.link = null;
  }

  private end(reason: string, refused: boolean): void {
    this.state = 'ended';
    this.cancelWait();
    this.events.changed({ state: 'ended', reason, refused });
  }
}
