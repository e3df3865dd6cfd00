import { TidingsError } from '../errors.js';
import { decodeUtf8 } from '../mqtt/utf8.js';
import type { Answer } from './pending.js';

/** Which part of its history a device wants again. */
export interface ReplayRequest {
  /** A time (RFC 3339, or milliseconds since 1970), or the cursor of an earlier replay. */
  since: string | number;
  /** Up to this time, which is no part of it (default: all). */
  until?: string | number;
  /** Only of this app (default: all). */
  app?: string;
}

/** How a replay ended. */
export interface ReplayEnd {
  end: 'complete' | 'stopped' | 'moved' | 'stalled' | 'unavailable';
  /** How many notifications came. */
  count: number;
  /** How many of the span did not come, because they had expired for instance. */
  skipped: number;
  /** Where to go on. */
  cursor: string;
  /** Whether the log may have had more at the beginning of the span. */
  cut: boolean;
}

interface Running {
  cursor: string | undefined;
  hasBegun: boolean;
  resolve(end: ReplayEnd): void;
  reject(failure: TidingsError): void;
}

/** The replay that runs: a device has one at a time. */
export class Replays {
  private running: Running | null = null;

  /** @param ask sends the request, and calls what it is given when the replay has begun; resolves then, or with its end */
  run(ask: (begun: () => void) => Promise<Answer>): Promise<ReplayEnd> {
    return new Promise((resolve, reject) => {
      if (this.running) {
        reject(new TidingsError('busy', 'replay: one is running'));
        return;
      }
      const running: Running = { cursor: undefined, hasBegun: false, resolve, reject };
      this.running = running;
      ask(() => (running.hasBegun = true)).then(
        (answer) => {
          if ('end' in answer) {
            this.ended(answer);
          }
        },
        (failure: TidingsError) => {
          if (this.running === running) {
            this.running = null;
          }
          reject(failure);
        },
      );
    });
  }

  /** A replayed notification has come. */
  reached(cursor: string): void {
    if (this.running) {
      this.running.cursor = cursor;
    }
  }

  /** The service says that the replay has ended. */
  answered(payload: Uint8Array): void {
    try {
      this.ended(JSON.parse(decodeUtf8(payload)) as Answer);
    } catch {
      // No answer of this protocol.
    }
  }

  private ended(answer: Answer | null): void {
    const { running } = this;
    if (!running || typeof answer?.['end'] !== 'string') {
      return;
    }
    this.running = null;
    running.resolve({
      end: answer['end'] as ReplayEnd['end'],
      count: Number(answer['count'] ?? 0),
      skipped: Number(answer['skipped'] ?? 0),
      cursor: String(answer['cursor'] ?? running.cursor ?? ''),
      cut: answer['cut'] === true,
    });
  }

  /** The connection has ended, and with it the replay; one that has not begun is asked for again. */
  disconnected(): void {
    if (this.running?.hasBegun) {
      this.fail('connection-lost', 'replay: the connection ended before it did');
    }
  }

  close(): void {
    this.fail('closed', 'replay: closed before it ended');
  }

  private fail(kind: 'connection-lost' | 'closed', reason: string): void {
    const { running } = this;
    this.running = null;
    running?.reject(new TidingsError(kind, reason, running.cursor === undefined ? {} : { cursor: running.cursor }));
  }
}
