import { type ConnectionChange, DeviceClient, parseAlert, type Platform, type ReceivedNotification, type Withdrawal } from '@tidings/client';
import { shallowReactive } from 'vue';
import { Radio } from './radio';
import { type Shown, shownOf } from './shown';

export type Reach = 'connecting' | 'connected' | 'lost' | 'aeroplane' | 'taken-over' | 'ended';

export interface PhoneOptions {
  readonly serial: string;
  readonly app: string;
  readonly servers: readonly string[];
  /** The device's JWT, where devices have to prove who they are. */
  readonly password?: string | undefined;
}

/** What a phone shows. */
export interface Face {
  reach: Reach;
  reason: string;
  token: string;
  badge: number;
  banner: Shown | null;
  messages: readonly Shown[];
  topics: readonly string[];
}

const MOST_MESSAGES = 100;
/** Somebody looks at it: it does not stay away for long. */
const BACKOFF = { base: 300, cap: 3_000 };
const BANNER_FOR = 6_000;
/** Soon after it is back come those that it missed. */
const CATCHES_UP_FOR = 3_000;

/** A phone in the page: a device like any other to the service, with a connection of its own. */
export class SimulatedPhone {
  readonly face: Face = shallowReactive<Face>({ reach: 'connecting', reason: '', token: '', badge: 0, banner: null, messages: [], topics: [] });
  private readonly radio: Radio;
  private readonly client: DeviceClient;
  private stopBanner: () => void = () => undefined;
  private place = 0;
  private wasAway = false;
  private backAt = 0;

  constructor(
    readonly options: PhoneOptions,
    private readonly platform: Platform,
    private readonly events: { rings?(): void; changed?(): void } = {},
    messages: readonly Shown[] = [],
  ) {
    this.face.messages = messages;
    this.place = Math.max(0, ...messages.map((each) => each.place));
    this.face.badge = messages.filter((each) => !each.isOpened && !each.isSilent).length;
    this.radio = new Radio(platform.transport);
    const { serial, app, servers, password } = options;
    this.client = new DeviceClient(
      { servers, serial, apps: [app], backoff: BACKOFF, locale: navigator.language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...(password ? { password } : {}) },
      { onNotification: (notification) => this.received(notification), onWithdrawn: (withdrawal) => this.withdrawn(withdrawal) },
      { ...platform, transport: this.radio },
      { onConnectionChange: (change) => this.moved(change) },
    );
    void this.connect();
  }

  private async connect(): Promise<void> {
    try {
      const tokens = await this.client.connect();
      this.face.token = tokens[this.options.app] ?? '';
      this.events.changed?.();
    } catch (failure) {
      this.face.reason = failure instanceof Error ? failure.message : String(failure);
      if (this.face.reach === 'connected') {
        this.face.reach = 'ended';
      }
    }
  }

  get isAway(): boolean {
    return this.face.reach === 'aeroplane';
  }

  setAeroplane(isOn: boolean): void {
    this.face.reach = isOn ? 'aeroplane' : 'connecting';
    this.wasAway ||= isOn;
    this.radio.off = isOn;
    if (!isOn) {
      this.client.wake();
    }
  }

  /** The user touches it: the badge counts it no more. */
  open(message: Shown): void {
    if (!message.isOpened) {
      this.face.messages = this.face.messages.map((each) => (each === message ? { ...each, isOpened: true } : each));
      this.face.badge = Math.max(0, this.face.badge - (message.isSilent ? 0 : 1));
      this.report(this.client.opened(message));
    }
    this.hideBanner();
    this.events.changed?.();
  }

  clear(): void {
    this.face.messages = [];
    this.face.badge = 0;
    this.hideBanner();
    this.events.changed?.();
  }

  hideBanner(): void {
    this.stopBanner();
    this.face.banner = null;
  }

  async join(topic: string): Promise<void> {
    await this.client.join(this.options.app, topic);
    this.face.topics = [...new Set([...this.face.topics, topic])];
  }

  async leave(topic: string): Promise<void> {
    await this.client.leave(this.options.app, topic);
    this.face.topics = this.face.topics.filter((each) => each !== topic);
  }

  /** Gives its token back; the service forgets it. */
  async unregister(): Promise<void> {
    await this.client.unregister(this.options.app);
  }

  close(): void {
    this.stopBanner();
    this.client.close();
  }

  private received(notification: ReceivedNotification): void {
    const { platform, face } = this;
    const isMissed = this.wasAway && platform.clock.now() - this.backAt < CATCHES_UP_FOR;
    const shown = shownOf(notification, Date.now(), ++this.place, isMissed);
    face.messages = [shown, ...face.messages.filter(({ id, app }) => id !== shown.id || app !== shown.app)].slice(0, MOST_MESSAGES);
    const badge = parseAlert(notification.payload)?.badge;
    face.badge = badge ?? face.badge + (shown.isSilent ? 0 : 1);
    if (!shown.isSilent) {
      face.banner = shown;
      this.stopBanner();
      this.stopBanner = platform.clock.after(BANNER_FOR, () => (face.banner = null));
      this.events.rings?.();
      this.report(this.client.displayed(notification));
    }
    this.events.changed?.();
  }

  private withdrawn({ id, app }: Withdrawal): void {
    const { face } = this;
    const gone = face.messages.find((each) => each.id === id && each.app === app);
    if (gone) {
      face.messages = face.messages.filter((each) => each !== gone);
      face.badge = Math.max(0, face.badge - (gone.isOpened || gone.isSilent ? 0 : 1));
      face.banner = face.banner?.id === id ? null : face.banner;
      this.events.changed?.();
    }
  }

  /** A report that does not arrive is missing in the trace, and nowhere else. */
  private report(telling: Promise<void>): void {
    telling.catch(() => undefined);
  }

  private moved(change: ConnectionChange): void {
    const { face } = this;
    if (change.state === 'connected') {
      face.reach = 'connected';
      face.reason = '';
      this.backAt = this.platform.clock.now();
    } else if (face.reach !== 'aeroplane' || change.state === 'ended') {
      face.reach = change.state;
      face.reason = change.reason;
    }
  }
}
