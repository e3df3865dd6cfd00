import type { Clock, NotificationListener, ReceivedNotification, Storage } from '@tidings/client';

/** A notification that the device gives itself at a time. */
export interface LocalNotification {
  /** One of the same id and app replaces an earlier one that has not come yet. */
  id: string;
  app: string;
  title?: string;
  body?: string;
  sound?: string;
  badge?: number;
  /** What else is in its payload beside `aps`, as `payload`. */
  payload?: unknown;
  /** When, in milliseconds since 1970 (default: now). */
  at?: number;
}

export interface LocalOptions {
  clock: Clock;
  /** Where they are kept over reloads (default: nowhere). */
  storage?: Storage;
  /** How many may wait at once (default: 64). */
  most?: number;
  onProblem?: (failure: unknown) => void;
}

type Scheduled = LocalNotification & { at: number };

const KEY = 'tidings.local';

/**
 * Notifications that the device schedules itself. They come as remote ones do, marked as local, while the app runs: what became
 * due while it did not comes when it starts. Nothing of them is told to the service.
 */
export class LocalNotifications {
  private waiting: Scheduled[] = [];
  private cancelTimer: () => void = () => undefined;
  private readonly most: number;
  private isClosed = false;

  constructor(
    private readonly listener: Pick<NotificationListener, 'onNotification'>,
    private readonly options: LocalOptions,
  ) {
    this.most = options.most ?? 64;
  }

  /** Reads what was scheduled, and goes on with it. */
  async start(): Promise<void> {
    try {
      const kept: unknown = JSON.parse((await this.options.storage?.get(KEY)) ?? '[]');
      if (Array.isArray(kept)) {
        this.waiting = [...(kept as typeof this.waiting), ...this.waiting].slice(0, this.most);
      }
    } catch (failure) {
      this.options.onProblem?.(failure);
    }
    await this.next();
  }

  async schedule(notification: LocalNotification): Promise<void> {
    const { id, app } = notification;
    const others = this.waiting.filter((each) => each.id !== id || each.app !== app);
    if (others.length >= this.most) {
      throw new RangeError(`local notifications: one more than ${this.most}`);
    }
    this.waiting = [...others, { ...notification, at: notification.at ?? this.options.clock.now() }];
    await this.keep();
    await this.next();
  }

  async cancel(app: string, id: string): Promise<void> {
    this.waiting = this.waiting.filter((each) => each.id !== id || each.app !== app);
    await this.keep();
    await this.next();
  }

  /** Those that have not come yet, the next one first. */
  pending(): readonly Scheduled[] {
    return [...this.waiting].sort((one, other) => one.at - other.at);
  }

  close(): void {
    this.isClosed = true;
    this.cancelTimer();
  }

  private async next(): Promise<void> {
    this.cancelTimer();
    for (let [first] = this.pending(); first && !this.isClosed; [first] = this.pending()) {
      const wait = first.at - this.options.clock.now();
      if (wait > 0) {
        this.cancelTimer = this.options.clock.after(wait, () => void this.next());
        return;
      }
      const due = first;
      this.waiting = this.waiting.filter((each) => each !== due);
      try {
        await this.listener.onNotification(received(due));
      } catch (failure) {
        this.options.onProblem?.(failure);
      }
      await this.keep();
    }
  }

  private async keep(): Promise<void> {
    try {
      await this.options.storage?.set(KEY, JSON.stringify(this.waiting));
    } catch (failure) {
      this.options.onProblem?.(failure);
    }
  }
}

function received({ id, app, title, body, sound, badge, payload }: LocalNotification): ReceivedNotification {
  const aps = { alert: { title, body }, sound, badge };
  return { id, app, payload: JSON.stringify({ aps, payload }), properties: {}, repeated: false, local: true };
}
