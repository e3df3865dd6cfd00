import { TidingsError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import { fromPlain, type SharedRequest, type TabMessage } from './messages.js';

const MOST = 256;

/** A request of this tab, until it is answered. */
export interface Ask {
  readonly number: number;
  readonly request: SharedRequest;
  readonly args: unknown[];
  resolve(value: unknown): void;
  reject(failure: unknown): void;
}

/** The requests of this tab that have no answer yet. */
export class Asked {
  private readonly open = new Map<number, Ask>();
  private last = 0;

  constructor(
    private readonly clock: Clock,
    private readonly patience: number,
  ) {}

  /** @param post gives it to the tab with the connection */
  ask(request: SharedRequest, args: unknown[], post: (ask: Ask) => void): Promise<unknown> {
    if (this.open.size >= MOST) {
      return Promise.reject(new TidingsError('busy', `${request}: ${MOST} requests wait already`));
    }
    const number = ++this.last;
    return new Promise<unknown>((resolve, reject) => {
      // A replay takes as long as it takes.
      const cancel =
        request === 'replay'
          ? () => undefined
          : this.clock.after(this.patience, () =>
              this.take(number)?.reject(new TidingsError('timeout', `${request}: no answer of the tab with the connection`)),
            );
      const ask: Ask = {
        number,
        request,
        args,
        resolve: (value) => (cancel(), resolve(value)),
        reject: (failure) => (cancel(), reject(failure)),
      };
      this.open.set(number, ask);
      post(ask);
    });
  }

  /** Takes out the one with that number. */
  take(number: number): Ask | undefined {
    const ask = this.open.get(number);
    this.open.delete(number);
    return ask;
  }

  answered({ number, value, failure }: TabMessage & { tidings: 'answer' }): void {
    const ask = this.take(number);
    if (failure) {
      ask?.reject(fromPlain(failure));
    } else {
      ask?.resolve(value);
    }
  }

  all(): Ask[] {
    return [...this.open.values()];
  }

  close(): void {
    for (const ask of this.all()) {
      this.take(ask.number)?.reject(new TidingsError('closed', `${ask.request}: closed before there was an answer`));
    }
  }
}
