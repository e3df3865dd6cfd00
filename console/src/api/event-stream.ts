import type { AdminApi, Query } from './admin-api';
import { EventParser, type ServerEvent } from './event-parser';
import { ProblemError } from './problem';

export type StreamState = 'connecting' | 'open' | 'lost' | 'ended';

export interface StreamEvents {
  heard(event: ServerEvent): void;
  changed?(state: StreamState, failure: ProblemError | null): void;
}

/** Longer than the service is ever silent. */
const SILENCE = 40_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** An event stream that connects again by itself, behind the last event that it had. */
export class EventStream {
  private readonly end = new AbortController();
  private attempt = new AbortController();
  private lastId = '';
  private failures = 0;
  private pause = FIRST_PAUSE;
  private wake: () => void = () => undefined;

  constructor(
    private readonly api: AdminApi,
    private readonly path: string,
    private readonly query: Query,
    private readonly events: StreamEvents,
    private readonly random: () => number = Math.random,
  ) {
    void this.run();
  }

  /** Connects at once if it waits. */
  retryNow(): void {
    this.wake();
  }

  close(): void {
    this.end.abort();
    this.attempt.abort();
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.end.signal.aborted) {
      this.changed('connecting', null);
      const failure = await this.read();
      if (this.end.signal.aborted) {
        return;
      }
      if (failure && [400, 401, 403, 404, 421].includes(failure.status)) {
        this.changed('ended', failure);
        return;
      }
      this.changed('lost', failure);
      await this.wait(failure);
    }
  }

  private async read(): Promise<ProblemError | null> {
    this.attempt = new AbortController();
    const { signal } = this.attempt;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stillThere = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.attempt.abort(), SILENCE);
    };
    try {
      stillThere();
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.lastId) {
        headers['last-event-id'] = this.lastId;
      }
      const response = await this.api.response('GET', this.path, { query: this.query, signal, headers });
      this.changed('open', null);
      let last: ProblemError | null = null;
      const parser = new EventParser(
        (event) => {
          this.failures = 0;
          this.lastId = event.id || this.lastId;
          last = event.event === 'end' ? endOf(event) : last;
          this.events.heard(event);
        },
        (millis) => (this.pause = Math.min(millis, LONGEST_PAUSE)),
      );
      const decoder = new TextDecoder();
      const reader = response.body!.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        stillThere();
        parser.push(decoder.decode(part.value, { stream: true }));
      }
      return last;
    } catch (cause) {
      return cause instanceof ProblemError ? cause : new ProblemError(0, '', String(cause));
    } finally {
      clearTimeout(timer);
      this.attempt.abort();
    }
  }

  private async wait(failure: ProblemError | null): Promise<void> {
    const most = Math.min(this.pause * 2 ** this.failures++, LONGEST_PAUSE);
    const least = (failure?.retryAfter ?? 0) * 1_000;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(least, most * (0.5 + this.random() / 2)));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private changed(state: StreamState, failure: ProblemError | null): void {
    if (!this.end.signal.aborted) {
      this.events.changed?.(state, failure);
    }
  }
}

function endOf({ data }: ServerEvent): ProblemError {
  const { status, title, detail } = JSON.parse(data) as { status?: number; title?: string; detail?: string };
  return new ProblemError(status ?? 0, title ?? '', detail ?? '');
}
