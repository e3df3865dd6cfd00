import { backoffDelay } from '../connection/backoff.js';
import type { Credentials, Link } from '../connection/link.js';
import { type Ending, isOfCredentials, isOfMethod } from '../connection/reasons.js';
import type { Settings } from '../options.js';
import type { Platform } from '../platform/platform.js';
import { jwtExpiry } from './claims.js';
import { Tokens } from './tokens.js';

const LEAST_WAIT = 1_000;
/** A node that cannot check a token asks for another one some seconds later. */
const REAUTHENTICATION_PATIENCE = 30_000;

/**
 * How the device proves who it is: not at all, by its fixed password, or by tokens of a supplier. These are sent by MQTT 5's
 * extended authentication, so that they can be renewed without reconnecting, or as passwords to a server that does not know the
 * method. A token of an open connection is renewed when 70 to 90 % of its time have passed, at random, because those of many
 * devices may expire together.
 */
export class Authentication {
  private readonly tokens: Tokens | null;
  private byMethod = true;
  private latest = '';
  private failures = 0;
  private link: Link | null = null;
  private cancelTimer: () => void = () => undefined;

  constructor(
    private readonly settings: Settings,
    private readonly platform: Platform,
  ) {
    this.tokens = settings.tokens ? new Tokens(settings.tokens, platform.clock, settings.answerTimeout) : null;
  }

  /** The credentials of the next attempt. */
  async credentials(): Promise<Credentials> {
    if (this.tokens) {
      this.latest = await this.tokens.next();
      return { by: this.byMethod ? 'method' : 'password', token: this.latest };
    }
    const { password } = this.settings;
    return password === undefined ? { by: 'nothing' } : { by: 'password', token: password };
  }

  /** Whether another attempt, with a new token or without the method, may succeed. */
  mayRetry(ending: Ending): boolean {
    if (!this.tokens) {
      return false;
    }
    if (isOfMethod(ending) && this.byMethod) {
      this.byMethod = false;
      return true;
    }
    return isOfCredentials(ending);
  }

  connected(link: Link): void {
    this.link = link;
    this.failures = 0;
    if (this.tokens && this.byMethod) {
      this.renewInTime();
    }
  }

  /** @param wasOpen then the next server may know the method again, such as after an upgrade */
  disconnected(wasOpen: boolean): void {
    this.link = null;
    this.cancelTimer();
    if (wasOpen) {
      this.byMethod = true;
    }
  }

  private renewInTime(): void {
    const left = (jwtExpiry(this.latest) ?? 0) - this.platform.clock.now();
    if (left > 0) {
      this.after(left * (0.7 + 0.2 * this.platform.random()), () => void this.renew(false));
    }
  }

  private async renew(asked: boolean): Promise<void> {
    const { link } = this;
    try {
      const token = await this.tokens!.next();
      if (link && link === this.link) {
        this.latest = token;
        link.reauthenticate(token, asked);
        this.after(REAUTHENTICATION_PATIENCE, () => this.again());
      }
    } catch {
      // The earlier token holds meanwhile; if the server has asked, it may have it once more.
      if (link && link === this.link) {
        if (asked) {
          link.reauthenticate(this.latest, true);
        }
        this.again();
      }
    }
  }

  private again(): void {
    const wait = backoffDelay(this.settings.backoff, this.failures++, () => this.platform.random());
    this.after(wait, () => void this.renew(false));
  }

  /** The server's answer to a new token. */
  reauthenticated(done: boolean): void {
    this.cancelTimer();
    if (!done) {
      void this.renew(true);
      return;
    }
    this.failures = 0;
    this.renewInTime();
  }

  private after(wait: number, task: () => void): void {
    this.cancelTimer();
    this.cancelTimer = this.platform.clock.after(Math.max(wait, LEAST_WAIT), task);
  }
}
