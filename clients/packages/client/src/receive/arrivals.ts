import type { Clock } from '../platform/clock.js';
import { type NotificationListener, TRIES } from './listener.js';
import { type ReceivedNotification, withdrawalOf } from './notification.js';
import type { RecentIds } from './recent-ids.js';

interface Arrival {
  readonly notification: ReceivedNotification;
  /** Sends the confirmation, over the connection that it came with. */
  readonly confirm: () => void;
  isLost: boolean;
}

export interface ArrivalSettings {
  readonly receiveMaximum: number;
  readonly handlerTimeout: number;
  /** How long to wait before the handler is called again after it failed so often. */
  readonly pause: (failures: number) => number;
  /** Told what nobody else is told of. */
  readonly problem: (failure: unknown) => void;
}

/**
 * Brings notifications to the listener: one after the other, each id once for each app, confirmed only after the handler's
 * promise has resolved. Bounded by the receive maximum: the server sends no more while that many are unconfirmed.
 */
export class Arrivals {
  private readonly queue: Arrival[] = [];
  private isDraining = false;
  private isClosed = false;
  private cutPause: () => void = () => undefined;

  // Which notification failed at last, and how often: over all connections.
  private failing = '';
  private failures = 0;

  constructor(
    private readonly listener: NotificationListener,
    private readonly seen: RecentIds,
    private readonly clock: Clock,
    private readonly settings: ArrivalSettings,
  ) {}

  /** @returns false if the server sends more than it may */
  arrived(notification: ReceivedNotification, confirm: () => void): boolean {
    if (this.isClosed) {
      return true;
    }
    if (this.queue.filter((each) => !each.isLost).length >= this.settings.receiveMaximum) {
      return false;
    }
    this.queue.push({ notification, confirm, isLost: false });
    if (!this.isDraining) {
      this.isDraining = true;
      void this.drain();
    }
    return true;
  }

  /** How many are held, the one that is being handled included. */
  get size(): number {
    return this.queue.length;
  }

  /** Forgets what was not handled: the server sends it again over the next connection. */
  connectionLost(): void {
    this.queue.forEach((each) => (each.isLost = true));
    this.queue.splice(1);
    this.cutPause();
  }

  close(): void {
    this.isClosed = true;
    this.connectionLost();
  }

  private async drain(): Promise<void> {
    try {
      for (let next = this.queue[0]; next && !this.isClosed; next = this.queue[0]) {
        await this.handle(next);
        this.queue.shift();
      }
    } finally {
      this.isDraining = false;
    }
  }

  private async handle(arrival: Arrival): Promise<void> {
    const { notification } = arrival;
    // One id may be used for two apps of a device: each is handled.
    const key = `${notification.app}/${notification.id}`;
    const isReplayed = notification.replayed !== undefined;
    if (!isReplayed && (await this.seen.has(key))) {
      this.confirm(arrival);
      return;
    }
    if (key !== this.failing) {
      this.failing = key;
      this.failures = 0;
    }
    while (!this.isClosed && !arrival.isLost) {
      const failure = await this.take(notification);
      if (failure === null || this.failures >= TRIES) {
        if (failure !== null) {
          this.giveUp(notification, failure.cause);
        }
        if (!isReplayed) {
          await this.seen.add(key);
        }
        this.confirm(arrival);
        return;
      }
      await this.pause(this.settings.pause(this.failures - 1));
    }
  }

  private confirm(arrival: Arrival): void {
    if (!arrival.isLost) {
      arrival.confirm();
    }
  }

  /** Why the listener did not take it; null if it did. Whatever it throws, the next one has its turn. */
  private async take(notification: ReceivedNotification): Promise<{ cause: unknown } | null> {
    try {
      await this.inTime(async () => {
        const withdrawal = withdrawalOf(notification);
        await (withdrawal
          ? this.listener.onWithdrawn?.(withdrawal)
          : this.listener.onNotification(notification));
      });
      return null;
    } catch (cause) {
      this.failures++;
      return { cause };
    }
  }

  private inTime(handler: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const { handlerTimeout } = this.settings;
      const cancel = this.clock.after(handlerTimeout, () =>
        reject(new Error(`the handler has not ended after ${handlerTimeout} ms`)),
      );
      handler().then(resolve, reject).finally(cancel);
    });
  }

  private giveUp(notification: ReceivedNotification, failure: unknown): void {
    try {
      if (this.listener.onGivenUp) {
        this.listener.onGivenUp(notification, failure);
      } else {
        this.settings.problem(failure);
      }
    } catch (cause) {
      this.settings.problem(cause);
    }
  }

  private pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(time, resolve);
      this.cutPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
