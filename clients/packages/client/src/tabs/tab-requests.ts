import type { Device } from '../device.js';
import type { TidingsError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import { Asked, type Ask } from './asked.js';
import { Calls } from './calls.js';
import { isSharedRequest, type SharedRequest, type TabMessage, toPlain } from './messages.js';

/** The tab whose requests these are. */
export interface RequestingTab {
  readonly name: string;
  /** The device, where this tab has the connection. */
  leader(): Device | null;
  /** Why this tab has ended; null as long as it has not. */
  end(): TidingsError | null;
  post(message: TabMessage): void;
}

/** The requests of a tab, made at the one with the connection, be it this one or another; and those of others, where it is this one. */
export class TabRequests {
  private readonly asked: Asked;
  private readonly calls = new Calls();

  constructor(
    private readonly tab: RequestingTab,
    clock: Clock,
    patience: number,
  ) {
    this.asked = new Asked(clock, patience);
  }

  async ask(request: SharedRequest, ...args: unknown[]): Promise<unknown> {
    const end = this.tab.end();
    if (end) {
      throw end;
    }
    // Plain copies, whatever the page has made them of: a proxy of Vue is not taken to another tab.
    const copies = JSON.parse(JSON.stringify(args)) as unknown[];
    return this.asked.ask(request, copies, (ask) => {
      const leader = this.tab.leader();
      if (leader) {
        void this.perform(ask, leader);
      } else {
        this.post(ask);
      }
    });
  }

  /** This tab has the connection from now on: what has no answer yet is made here. */
  performAll(leader: Device): void {
    this.asked.all().forEach((ask) => void this.perform(ask, leader));
  }

  /** Another tab has the connection from now on: what has no answer yet is asked of that one. */
  postAll(): void {
    this.asked.all().forEach((ask) => this.post(ask));
  }

  /** Another tab's request. */
  async serve({ from, number, request, args }: TabMessage & { tidings: 'ask' }): Promise<void> {
    const leader = this.tab.leader();
    if (!leader || !isSharedRequest(request)) {
      return;
    }
    try {
      this.tab.post({ tidings: 'answer', to: from, number, value: await this.calls.call(leader, request, args, `${from} ${number}`) });
    } catch (failure) {
      // What a tab fails because it leads no more, the next one is asked for.
      if (this.tab.end() || this.tab.leader() !== leader) {
        return;
      }
      this.tab.post({ tidings: 'answer', to: from, number, failure: toPlain(failure) });
    }
  }

  /** What another tab has answered, perhaps to this one. */
  answered(message: TabMessage & { tidings: 'answer' }): void {
    if (message.to === this.tab.name) {
      this.asked.answered(message);
    }
  }

  close(): void {
    this.asked.close();
  }

  /** This tab's own request, where it has the connection itself. */
  private async perform(ask: Ask, leader: Device): Promise<void> {
    try {
      const value = await this.calls.call(leader, ask.request, ask.args, `${this.tab.name} ${ask.number}`);
      this.asked.take(ask.number)?.resolve(value);
    } catch (failure) {
      if (this.tab.leader() === leader) {
        this.asked.take(ask.number)?.reject(failure);
      }
    }
  }

  private post({ number, request, args }: Ask): void {
    this.tab.post({ tidings: 'ask', from: this.tab.name, number, request, args });
  }
}
