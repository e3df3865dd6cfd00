import type { ConnectionChange } from '../connection/connection.js';
import type { Device, Hints, NotificationRef, Registration } from '../device.js';
import { DeviceClient, type DeviceObserver } from '../device-client.js';
import { TidingsError } from '../errors.js';
import { type DeviceOptions, type Settings, settingsOf } from '../options.js';
import type { Platform } from '../platform/platform.js';
import type { TabChannel, Tabs } from '../platform/tabs.js';
import type { NotificationListener } from '../receive/listener.js';
import type { ReplayEnd, ReplayRequest } from '../request/replays.js';
import { Lead } from './lead.js';
import { isTabMessage, type TabMessage } from './messages.js';
import { sharedName } from './shared-name.js';
import { TabRequests } from './tab-requests.js';
import { tellingListener } from './telling-listener.js';

/**
 * A device that the tabs of an origin share: one of them has the connection, and the handler of that one confirms. The others
 * get each notification once it has been handled there, and leave their requests to it. When it is closed, another one connects;
 * so does one that is looked at when it is silent, for browsers suspend tabs. Tabs of different users, as their tokens or else their
 * options name them, have different connections.
 */
export class SharedDevice implements Device {
  private readonly settings: Settings;
  private readonly requests: TabRequests;
  private isStarted = false;
  private place: Lead | null = null;
  private channel: TabChannel | null = null;
  private leader: DeviceClient | null = null;
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
    const { clock } = platform;
    this.requests = new TabRequests(
      {
        name: `${clock.now()}-${platform.random()}`,
        leader: () => this.leader,
        end: () => this.end,
        post: (message) => this.post(message),
      },
      clock,
      this.settings.answerTimeout,
    );
  }

  get serial(): string {
    return this.settings.serial;
  }

  /** Whether this tab is the one with the connection. */
  get isLeading(): boolean {
    return this.leader !== null && !this.end;
  }

  async connect(): Promise<Record<string, string>> {
    if (this.isStarted) {
      throw new Error('connect: called again (expected: once)');
    }
    this.isStarted = true;
    const name = sharedName(
      this.settings,
      this.platform,
      () => this.end !== null,
      (failure) => this.observer.onProblem?.(failure),
    );
    const shared = typeof name === 'string' ? name : await name;
    if (this.end) {
      throw this.end;
    }
    const connected = new Promise<void>((resolve, reject) => (this.first = { resolve, reject }));
    this.share(shared);
    await connected;
    const registrations = await Promise.all(this.settings.apps.map((app) => this.register(app)));
    return Object.fromEntries(registrations.map(({ app, token }) => [app, token]));
  }

  /** Joins the tabs that share a connection, by their name for it. */
  private share(name: string): void {
    const { tabs, clock } = this.platform;
    this.place = new Lead(tabs, clock, name, { leads: () => this.lead(), lost: () => this.lost() });
    this.channel = tabs.channel(name, (message) => this.heard(message));
    this.stopWaking = this.platform.onWake(() => this.askWhoLeads('wake'));
    this.place.queue();
    this.askWhoLeads('hello');
  }

  private askWhoLeads(tidings: 'hello' | 'wake'): void {
    if (!this.leader) {
      this.post({ tidings });
      this.place?.asked();
    }
  }

  private lead(): void {
    if (this.end) {
      return;
    }
    // What is told of the device, the tab that asks tells.
    const { locale, timeZone, tags, user, ...options } = this.options;
    const isLeading = (): boolean => this.leader === leader;
    const leader: DeviceClient = new DeviceClient(
      { ...options, apps: [] },
      tellingListener(this.listener, (message) => (isLeading() ? this.post(message) : undefined)),
      this.platform,
      {
        onConnectionChange: (change) => (isLeading() ? this.led(change) : undefined),
        onProblem: (failure) => this.observer.onProblem?.(failure),
      },
    );
    // How it went, the changes of the connection tell.
    this.leader = leader;
    leader.connect().catch(() => undefined);
    this.post({ tidings: 'leads' });
    this.requests.performAll(leader);
  }

  /** Another tab connects: this one was suspended for too long. What it has not done, that one is asked for. */
  private lost(): void {
    const { leader } = this;
    this.leader = null;
    leader?.close();
    if (!this.end) {
      this.place?.queue();
      this.requests.postAll();
    }
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
        return void this.requests.serve(message);
      case 'answer':
        return this.requests.answered(message);
      case 'arrived':
        return this.mirror(() => this.listener.onNotification(message.notification));
      case 'withdrawn':
        return this.mirror(() => this.listener.onWithdrawn?.(message.withdrawal));
      case 'state':
        // This tab knows better where it leads itself: who says so was suspended.
        return this.leader ? undefined : this.changed(message.change);
      case 'leads':
        this.place?.answered();
        return this.requests.postAll();
      case 'hello':
        if (this.leader && this.change) {
          this.post({ tidings: 'state', change: this.change });
        }
        return this.here();
      case 'wake':
        this.leader?.wake();
        return this.here();
      case 'here':
        return this.place?.answered();
    }
  }

  private here(): void {
    if (this.leader) {
      this.post({ tidings: 'here' });
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
    return this.requests.ask('register', app, { locale, timeZone, tags, user }) as Promise<Registration>;
  }

  async unregister(app: string): Promise<void> {
    await this.requests.ask('unregister', app);
  }

  async join(app: string, topic: string): Promise<void> {
    await this.requests.ask('join', app, topic);
  }

  async leave(app: string, topic: string): Promise<void> {
    await this.requests.ask('leave', app, topic);
  }

  async joinChannel(app: string, channel: string): Promise<void> {
    await this.requests.ask('joinChannel', app, channel);
  }

  async leaveChannel(app: string, channel: string): Promise<void> {
    await this.requests.ask('leaveChannel', app, channel);
  }

  async displayed({ id, app }: NotificationRef): Promise<void> {
    await this.requests.ask('displayed', { id, app });
  }

  async opened({ id, app }: NotificationRef): Promise<void> {
    await this.requests.ask('opened', { id, app });
  }

  replay(request: ReplayRequest): Promise<ReplayEnd> {
    return this.requests.ask('replay', { ...request }) as Promise<ReplayEnd>;
  }

  async stopReplay(): Promise<void> {
    await this.requests.ask('stopReplay');
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
    this.requests.close();
    this.first?.reject(end);
    this.channel?.close();
    // Only now: the next tab is not to be taken over from.
    this.place?.close();
  }
}
