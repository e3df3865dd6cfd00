import type { ConnectionChange } from '../connection/connection.js';
import type { Device, Hints, NotificationRef, Registration } from '../device.js';
import { DeviceClient, type DeviceObserver } from '../device-client.js';
import { TidingsError } from '../errors.js';
import { type DeviceOptions, type Settings, settingsOf } from '../options.js';
import type { Platform } from '../platform/platform.js';
import type { TabChannel, Tabs } from '../platform/tabs.js';
import type { NotificationListener } from '../receive/listener.js';
import type { ReplayEnd, ReplayRequest } from '../request/replays.js';
import { Asked, type Ask } from './asked.js';
import { fromPlain, isSharedRequest, isTabMessage, type SharedRequest, type TabMessage, toPlain } from './messages.js';

/**
 * A device that the tabs of an origin share: one of them has the connection, and the handler of that one confirms. The others
 * get each notification once it has been handled there, and leave their requests to it. When it is closed, another one connects.
 * Tabs of different users share nothing.
 */
export class SharedDevice implements Device {
  private readonly settings: Settings;
  private readonly asked: Asked;
  private readonly tab: string;
  private channel: TabChannel | null = null;
  private leader: DeviceClient | null = null;
  private release: () => void = () => undefined;
  private stopWaking: () => void = () => undefined;
  private change: ConnectionChange | null = null;
  private first: { resolve(): void; reject(failure: TidingsError): void } | null = null;
  private end: TidingsError | null = null;

  constructor(
    private readonly options: DeviceOptions,
    private readonly listener: NotificationListener,
    private readonly platform: Platform & { readonly tabs: Tabs },
    private readonly observer: DeviceObserver = {},
  ) {
    this.settings = settingsOf(options);
    this.asked = new Asked(platform.clock, this.settings.answerTimeout);
    this.tab = `${platform.clock.now()}-${platform.random()}`;
  }

  get serial(): string {
    return this.settings.serial;
  }

  /** Whether this tab is the one with the connection. */
  get isLeading(): boolean {
    return this.leader !== null && !this.end;
  }

  async connect(): Promise<Record<string, string>> {
    if (this.channel) {
      throw new Error('connect: called again (expected: once)');
    }
    const name = `tidings.device.${JSON.stringify([this.serial, this.settings.user ?? null])}`;
    const connected = new Promise<void>((resolve, reject) => (this.first = { resolve, reject }));
    this.channel = this.platform.tabs.channel(name, (message) => this.heard(message));
    this.stopWaking = this.platform.onWake(() => this.post({ tidings: 'wake' }));
    this.release = this.platform.tabs.lead(name, () => this.lead());
    this.post({ tidings: 'hello' });
    await connected;
    const registrations = await Promise.all(this.settings.apps.map((app) => this.register(app)));
    return Object.fromEntries(registrations.map(({ app, token }) => [app, token]));
  }

  private lead(): void {
    if (this.end) {
      return;
    }
    const { listener } = this;
    // What is told of the device, the tab that asks tells.
    const { locale, timeZone, tags, user, ...options } = this.options;
    this.leader = new DeviceClient(
      { ...options, apps: [] },
      {
        onNotification: async (notification) => {
          await listener.onNotification(notification);
          this.post({ tidings: 'arrived', notification });
        },
        onWithdrawn: async (withdrawal) => {
          await listener.onWithdrawn?.(withdrawal);
          this.post({ tidings: 'withdrawn', withdrawal });
        },
        ...(listener.onGivenUp ? { onGivenUp: listener.onGivenUp.bind(listener) } : {}),
      },
      this.platform,
      {
        onConnectionChange: (change) => this.led(change),
        onProblem: (failure) => this.observer.onProblem?.(failure),
      },
    );
    // How it went, the changes of the connection tell.
    this.leader.connect().catch(() => undefined);
    this.post({ tidings: 'leads' });
    this.asked.all().forEach((ask) => void this.perform(ask));
  }

  /** The connection of this tab has changed. */
  private led(change: ConnectionChange): void {
    if (change.state !== 'ended') {
      this.post({ tidings: 'state', change });
      this.changed(change);
      return;
    }
    // The end of this tab alone: the next one connects with what it was opened with, a newer password perhaps.
    this.changed(change);
    this.ended(new TidingsError(change.refused ? 'refused' : 'closed', change.reason));
  }

  private heard(message: unknown): void {
    if (this.end || !isTabMessage(message)) {
      return;
    }
    switch (message.tidings) {
      case 'ask':
        return void this.serve(message);
      case 'answer':
        return this.answered(message);
      case 'arrived':
        return this.mirror(() => this.listener.onNotification(message.notification));
      case 'withdrawn':
        return this.mirror(() => this.listener.onWithdrawn?.(message.withdrawal));
      case 'state':
        return this.changed(message.change);
      case 'leads':
        return this.asked.all().forEach((ask) => this.postAsk(ask));
      case 'hello':
        if (this.leader && this.change) {
          this.post({ tidings: 'state', change: this.change });
        }
        return;
      case 'wake':
        return this.leader?.wake();
    }
  }

  private mirror(handler: () => void | Promise<void>): void {
    Promise.resolve()
      .then(handler)
      .catch((failure: unknown) => this.observer.onProblem?.(failure));
  }

  private changed(change: ConnectionChange): void {
    this.change = change;
    if (change.state === 'connected') {
      this.first?.resolve();
    }
    try {
      this.observer.onConnectionChange?.(change);
    } catch (failure) {
      this.observer.onProblem?.(failure);
    }
  }

  /** Another tab's request. */
  private async serve({ from, number, request, args }: TabMessage & { tidings: 'ask' }): Promise<void> {
    const { leader } = this;
    if (!leader || !isSharedRequest(request)) {
      return;
    }
    try {
      this.post({ tidings: 'answer', to: from, number, value: await call(leader, request, args) });
    } catch (failure) {
      // What a tab fails because it has ended, the next one that leads is asked for.
      if (this.end) {
        return;
      }
      this.post({ tidings: 'answer', to: from, number, failure: toPlain(failure) });
    }
  }

  private answered({ to, number, value, failure }: TabMessage & { tidings: 'answer' }): void {
    if (to === this.tab) {
      const ask = this.asked.take(number);
      if (failure) {
        ask?.reject(fromPlain(failure));
      } else {
        ask?.resolve(value);
      }
    }
  }

  /** This tab's own request, where it has the connection itself. */
  private async perform(ask: Ask): Promise<void> {
    try {
      const value = await call(this.leader!, ask.request, ask.args);
      this.asked.take(ask.number)?.resolve(value);
    } catch (failure) {
      this.asked.take(ask.number)?.reject(failure);
    }
  }

  private async ask(request: SharedRequest, ...args: unknown[]): Promise<unknown> {
    if (this.end) {
      throw this.end;
    }
    // Plain copies, whatever the page has made them of: a proxy of Vue is not taken to another tab.
    const copies = JSON.parse(JSON.stringify(args)) as unknown[];
    return this.asked.ask(request, copies, (ask) => {
      if (this.leader) {
        void this.perform(ask);
      } else {
        this.postAsk(ask);
      }
    });
  }

  private postAsk({ number, request, args }: Ask): void {
    this.post({ tidings: 'ask', from: this.tab, number, request, args });
  }

  /** Whether the others hear of it changes nothing here. */
  private post(message: TabMessage): void {
    if (this.end) {
      return;
    }
    try {
      this.channel?.post(message);
    } catch (failure) {
      this.observer.onProblem?.(failure);
    }
  }

  register(app: string, hints: Hints = {}): Promise<Registration> {
    const { locale, timeZone, tags, user } = { ...this.settings, ...hints };
    return this.ask('register', app, { locale, timeZone, tags, user }) as Promise<Registration>;
  }

  async unregister(app: string): Promise<void> {
    await this.ask('unregister', app);
  }

  async join(app: string, topic: string): Promise<void> {
    await this.ask('join', app, topic);
  }

  async leave(app: string, topic: string): Promise<void> {
    await this.ask('leave', app, topic);
  }

  async joinChannel(app: string, channel: string): Promise<void> {
    await this.ask('joinChannel', app, channel);
  }

  async leaveChannel(app: string, channel: string): Promise<void> {
    await this.ask('leaveChannel', app, channel);
  }

  async displayed({ id, app }: NotificationRef): Promise<void> {
    await this.ask('displayed', { id, app });
  }

  async opened({ id, app }: NotificationRef): Promise<void> {
    await this.ask('opened', { id, app });
  }

  replay(request: ReplayRequest): Promise<ReplayEnd> {
    return this.ask('replay', { ...request }) as Promise<ReplayEnd>;
  }

  async stopReplay(): Promise<void> {
    await this.ask('stopReplay');
  }

  close(): void {
    this.ended(new TidingsError('closed', 'closed'));
  }

  /** The others go on: what has ended here is not the end for them. */
  private ended(end: TidingsError): void {
    if (this.end) {
      return;
    }
    this.end = end;
    this.leader?.close();
    this.stopWaking();
    this.asked.close();
    this.first?.reject(end);
    this.channel?.close();
    // Only now: the next tab is not to be taken over from.
    this.release();
  }
}

function call(device: Device, request: SharedRequest, args: unknown[]): Promise<unknown> {
  return (device[request] as (...args: unknown[]) => Promise<unknown>).apply(device, args);
}
