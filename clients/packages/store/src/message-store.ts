import type {
  NotificationListener,
  ReceivedNotification,
  Storage,
  TabChannel,
  Tabs,
  Withdrawal,
} from '@tidings/client';
import { KeptMessages } from './kept-messages.js';
import { isVisible, type Message, messageOf } from './message.js';
import { apply, type Change, EMPTY, hasSame, type State, stateOf } from './state.js';

export interface StoreOptions {
  /** Where messages are kept over reloads (default: nowhere). */
  storage?: Storage;
  /** Tells the other tabs of what is read and removed (default: nobody). */
  tabs?: Tabs;
  /** How many messages are kept; the oldest go first (default: 200). */
  most?: number;
  /** Under which name messages are kept: one for each user (default: `tidings.messages`). */
  name?: string;
  now?: () => number;
  /** Told when the storage fails: messages had to go, or are in memory alone. */
  onProblem?: (failure: unknown) => void;
}

/**
 * The messages that were received and neither removed nor withdrawn. Observable; a listener of a device: a notification is
 * confirmed once it is kept here.
 */
export class MessageStore implements NotificationListener {
  private state: State = EMPTY;
  private readonly observers = new Set<(state: State) => void>();
  private readonly arrivals = new Set<(message: Message, notification: ReceivedNotification) => void>();
  private readonly shows = new Set<(message: Message) => void>();
  private readonly opens = new Set<(message: Message) => void>();
  private readonly most: number;
  private readonly now: () => number;
  private readonly channel: TabChannel | undefined;
  private readonly kept: KeptMessages | undefined;
  private loaded: Promise<void> | null = null;

  constructor(private readonly options: StoreOptions = {}) {
    const { storage, tabs, most = 200, name = 'tidings.messages', now = Date.now } = options;
    if (!Number.isInteger(most) || most < 1 || most > 10_000) {
      throw new RangeError(`most: ${most} (expected: 1..10000)`);
    }
    this.most = most;
    this.now = now;
    this.kept = storage && new KeptMessages(storage, name, most, (failure) => options.onProblem?.(failure));
    this.channel = tabs?.channel(name, (change) => void this.take(change as Change));
  }

  get messages(): readonly Message[] {
    return this.state.messages;
  }

  get unread(): number {
    return this.state.unread;
  }

  /** The state as it is; the same object until something changes. */
  snapshot(): State {
    return this.state;
  }

  /** Called after each change. @returns ends that */
  subscribe(observer: (state: State) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** Called for each message that has come and is to be shown. @returns ends that */
  onMessage(observer: (message: Message, notification: ReceivedNotification) => void): () => void {
    this.arrivals.add(observer);
    return () => this.arrivals.delete(observer);
  }

  /** Called when a message is shown. @returns ends that */
  onShown(observer: (message: Message) => void): () => void {
    this.shows.add(observer);
    return () => this.shows.delete(observer);
  }

  /** Called when the user opens a message. @returns ends that */
  onOpened(observer: (message: Message) => void): () => void {
    this.opens.add(observer);
    return () => this.opens.delete(observer);
  }

  /** To be called by what shows a message. */
  shown(message: Message): void {
    this.tell(this.shows, (observer) => observer(message));
  }

  /** To be called when the user opens a message: then it is read. */
  async open(message: Message): Promise<void> {
    this.tell(this.opens, (observer) => observer(message));
    await this.markRead(message.app, message.id);
  }

  /** Reads what was kept. What comes before waits for it. */
  load(): Promise<void> {
    this.loaded ??= this.read();
    return this.loaded;
  }

  /** Fails where the message is not kept: it is shown, but not confirmed. */
  async onNotification(notification: ReceivedNotification): Promise<void> {
    await this.load();
    const message = messageOf(notification, this.now());
    const isNew = !this.state.messages.some(({ id, app }) => id === message.id && app === message.app);
    try {
      if (isVisible(message)) {
        await this.change({ type: 'add', message });
      }
    } finally {
      if (isNew) {
        this.tell(this.arrivals, (observer) => observer(message, notification));
      }
    }
  }

  async onWithdrawn({ id, app }: Withdrawal): Promise<void> {
    await this.load();
    await this.change({ type: 'remove', id, app });
  }

  /** The user has seen a message. */
  async markRead(app: string, id: string): Promise<void> {
    await this.shared({ type: 'read', app, id });
  }

  async readAll(): Promise<void> {
    await this.shared({ type: 'read-all' });
  }

  async remove(app: string, id: string): Promise<void> {
    await this.shared({ type: 'remove', app, id });
  }

  async clear(): Promise<void> {
    await this.shared({ type: 'clear' });
  }

  close(): void {
    this.channel?.close();
    this.observers.clear();
    this.arrivals.clear();
    this.shows.clear();
    this.opens.clear();
  }

  /** What the user does here counts in the other tabs too; what arrives, arrives there as well. */
  private async shared(change: Change): Promise<void> {
    try {
      this.channel?.post(change);
    } catch (failure) {
      // A closed channel throws.
      this.options.onProblem?.(failure);
    }
    await this.take(change);
  }

  /** Whoever only looks on, or is the user, is not told of a storage that fails. */
  private async take(change: Change): Promise<void> {
    await this.load();
    await this.change(change).catch((failure: unknown) => this.options.onProblem?.(failure));
  }

  private async change(change: Change): Promise<void> {
    const next = apply(this.state, change, this.most);
    const isNew = next !== this.state;
    this.show(next.messages);
    if (this.kept && (isNew || this.kept.isBehind)) {
      await this.kept.write(change);
      this.show(this.kept.messages);
    }
  }

  private async read(): Promise<void> {
    try {
      await this.kept?.read();
      this.show(this.kept?.messages ?? []);
    } catch (failure) {
      this.options.onProblem?.(failure);
    }
  }

  private show(messages: readonly Message[]): void {
    if (!hasSame(this.state, messages)) {
      this.state = stateOf(messages);
      this.tell(this.observers, (observer) => observer(this.state));
    }
  }

  private tell<T>(observers: Set<T>, call: (observer: T) => void): void {
    for (const observer of [...observers]) {
      try {
        call(observer);
      } catch (failure) {
        this.options.onProblem?.(failure);
      }
    }
  }
}
