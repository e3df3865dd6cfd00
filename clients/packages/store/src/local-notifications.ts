import type { Clock, NotificationListener, ReceivedNotification, Storage } from '@tidings/client';
import { KeptSchedule, type Scheduled, type ScheduleChange } from './kept-schedule.js';

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

/** Timers stand still while a device sleeps, so the clock is looked at at least so often. */
const LOOK = 60_000;

/**
 * Notifications that the device schedules itself. They come as remote ones do, marked as local, while the app runs: what became
 * due while it did not comes when it starts. Each tab has its own; what is kept are those of all. Nothing of them is told to the
 * service.
 */
export class LocalNotifications {
  private waiting: readonly Scheduled[] = [];
  private readonly kept: KeptSchedule;
  private cancelTimer: () => void = () => undefined;
  private readonly most: number;
  private isClosed = false;

  constructor(
    private readonly listener: Pick<NotificationListener, 'onNotification'>,
    private readonly options: LocalOptions,
  ) {
    this.most = options.most ?? 64;
    this.kept = new KeptSchedule(options.storage, (failure) => options.onProblem?.(failure));
  }

  /** Reads what was scheduled, and goes on with it. */
  async start(): Promise<void> {
    const kept = await this.kept.read();
    const others = kept.filter((each) => !this.waiting.some((one) => is(one, each)));
    this.waiting = [...this.waiting, ...others].slice(0, this.most);
    await this.next();
  }

  async schedule(notification: LocalNotification): Promise<void> {
    const scheduled = { ...notification, at: notification.at ?? this.options.clock.now() };
    const add: ScheduleChange = (before) => [...before.filter((each) => !is(each, scheduled)), scheduled];
    if (add(this.waiting).length > this.most) {
      throw new RangeError(`local notifications: one more than ${this.most}`);
    }
    await this.change(add);
    await this.next();
  }

  async cancel(app: string, id: string): Promise<void> {
    await this.change((before) => before.filter((each) => !is(each, { id, app })));
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
        this.cancelTimer = this.options.clock.after(Math.min(wait, LOOK), () => void this.next());
        return;
      }
      const due = first;
      this.waiting = this.waiting.filter((each) => each !== due);
      try {
        await this.listener.onNotification(received(due));
      } catch (failure) {
        this.options.onProblem?.(failure);
      }
      // One that has taken its place meanwhile stays.
      await this.kept.write((before) => before.filter((each) => !is(each, due) || each.at !== due.at));
    }
  }

  private change(change: ScheduleChange): Promise<void> {
    this.waiting = change(this.waiting);
    return this.kept.write(change);
  }
}

function is(one: { id: string; app: string }, other: { id: string; app: string }): boolean {
  return one.id === other.id && one.app === other.app;
}

function received({ id, app, title, body, sound, badge, payload }: LocalNotification): ReceivedNotification {
  const aps = { alert: { title, body }, sound, badge };
  return { id, app, payload: JSON.stringify({ aps, payload }), properties: {}, repeated: false, local: true };
}
