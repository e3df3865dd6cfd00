import type { Clock, NotificationListener, ReceivedNotification, Storage, TabChannel, Tabs } from '@tidings/client';
import { KeptSchedule, NAME, type Scheduled, type ScheduleChange } from './kept-schedule.js';

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
  /** Tells the other tabs, which have read the same storage, of what is cancelled or scheduled again (default: nobody). */
  tabs?: Tabs;
  /** How many may wait at once (default: 64). */
  most?: number;
  onProblem?: (failure: unknown) => void;
}

/** Timers stand still while a device sleeps, so the clock is looked at at least so often. */
const LOOK = 60_000;

interface Name {
  id: string;
  app: string;
}

/**
 * Notifications that the device schedules itself. They come as remote ones do, marked as local, while the app runs: what became
 * due while it did not comes when it starts. Each tab has its own, and those that were kept when it started; what is kept are
 * those of all. Nothing of them is told to the service.
 */
export class LocalNotifications {
  private waiting: readonly Scheduled[] = [];
  /** Those whose handler has not ended: they are kept, but known. */
  private coming: readonly Scheduled[] = [];
  private readonly kept: KeptSchedule;
  private readonly channel: TabChannel | undefined;
  /** Until what other tabs told counts here. */
  private heard: Promise<void> = Promise.resolve();
  private cancelTimer: () => void = () => undefined;
  private readonly most: number;
  private isClosed = false;

  constructor(
    private readonly listener: Pick<NotificationListener, 'onNotification'>,
    private readonly options: LocalOptions,
  ) {
    this.most = options.most ?? 64;
    this.kept = new KeptSchedule(options.storage, (failure) => options.onProblem?.(failure));
    this.channel = options.storage && options.tabs?.channel(NAME, (name) => this.hear(name as Name));
  }

  /** Reads what was scheduled, and goes on with it. */
  async start(): Promise<void> {
    await this.kept.read((kept) => {
      const isKnown = (each: Scheduled): boolean =>
        this.waiting.some((one) => is(one, each)) || this.coming.some((one) => isSame(one, each));
      this.waiting = [...this.waiting, ...kept.filter((each) => !isKnown(each))].sort(byTime).slice(0, this.most);
    });
    await this.heard;
    await this.next();
  }

  async schedule(notification: LocalNotification): Promise<void> {
    const scheduled = { ...notification, at: notification.at ?? this.options.clock.now() };
    const add: ScheduleChange = (before) => [...before.filter((each) => !is(each, scheduled)), scheduled];
    if (add(this.waiting).length > this.most) {
      throw new RangeError(`local notifications: one more than ${this.most}`);
    }
    await this.change(add, scheduled);
    await this.next();
  }

  async cancel(app: string, id: string): Promise<void> {
    await this.change((before) => before.filter((each) => !is(each, { id, app })), { id, app });
    await this.next();
  }

  /** Those that have not come yet, the next one first. */
  pending(): readonly Scheduled[] {
    return [...this.waiting].sort(byTime);
  }

  close(): void {
    this.isClosed = true;
    this.cancelTimer();
    this.channel?.close();
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
      this.coming = [...this.coming, due];
      try {
        await this.listener.onNotification(received(due));
      } catch (failure) {
        this.options.onProblem?.(failure);
      }
      // One that has taken its place meanwhile stays.
      const written = this.kept.write((before) => before.filter((each) => !isSame(each, due)));
      this.coming = this.coming.filter((each) => each !== due);
      await written;
    }
  }

  /** Others are told once it is kept: they look there. */
  private async change(change: ScheduleChange, { id, app }: Name): Promise<void> {
    this.waiting = change(this.waiting);
    await this.kept.write(change);
    try {
      this.channel?.post({ id, app });
    } catch (failure) {
      // A closed channel throws.
      this.options.onProblem?.(failure);
    }
  }

  /** Another tab has cancelled or scheduled one. Of two tabs that schedule it at once, what is kept says which was the last. */
  private hear(name: Name): void {
    this.heard = this.kept.read((kept) => {
      const now = kept.filter((each) => is(each, name));
      this.waiting = this.waiting.flatMap((each) => (is(each, name) ? now : [each]));
    });
    void this.heard.then(() => this.next());
  }
}

function is(one: Name, other: Name): boolean {
  return one.id === other.id && one.app === other.app;
}

function isSame(one: Scheduled, other: Scheduled): boolean {
  return is(one, other) && one.at === other.at;
}

function byTime(one: Scheduled, other: Scheduled): number {
  return one.at - other.at;
}

function received({ id, app, title, body, sound, badge, payload }: LocalNotification): ReceivedNotification {
  const aps = { alert: { title, body }, sound, badge };
  return { id, app, payload: JSON.stringify({ aps, payload }), properties: {}, repeated: false, local: true };
}
