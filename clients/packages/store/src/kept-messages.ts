import type { Storage } from '@tidings/client';
import type { Message } from './message.js';
import { apply, type Change, EMPTY, roomFor, type State, stateOf } from './state.js';

const MOST_OPEN = 1_000;

/**
 * The messages in the storage, where other tabs write as well: a change is made to what is there, so that nobody overwrites what
 * he has not heard of. One write comes after the other.
 */
export class KeptMessages {
  private writing: Promise<unknown> = Promise.resolve();
  private kept: State = EMPTY;
  /** What is not written yet, or could not be. */
  private open: readonly Change[] = [];

  /** @param problem told when messages had to go because the storage is full */
  constructor(
    private readonly storage: Storage,
    private readonly name: string,
    private readonly most: number,
    private readonly problem: (failure: unknown) => void,
  ) {}

  get isBehind(): boolean {
    return this.open.length > 0;
  }

  /** As they were read or written last, with what is not written yet. */
  get messages(): readonly Message[] {
    return this.with(this.kept, this.open).messages;
  }

  /** Fails where the storage does, or has nonsense. */
  async read(): Promise<void> {
    const kept: unknown = JSON.parse((await this.storage.get(this.name)) ?? '[]');
    this.kept = stateOf(Array.isArray(kept) ? (kept as Message[]).slice(0, this.most) : []);
  }

  /** Fails if it is not kept: then it is tried again with the next. */
  write(change: Change): Promise<void> {
    this.open = [...this.open, change].slice(-MOST_OPEN);
    const written = this.writing.then(() => this.writeAll());
    this.writing = written.catch(() => undefined);
    return written;
  }

  private async writeAll(): Promise<void> {
    const changes = this.open;
    await this.read().catch(beginAnew);
    const next = this.with(this.kept, changes);
    if (next !== this.kept) {
      this.kept = await this.set(next);
    }
    this.open = this.open.filter((each) => !changes.includes(each));
  }

  private with(state: State, changes: readonly Change[]): State {
    return changes.reduce((before, change) => apply(before, change, this.most), state);
  }

  /** Makes room where the storage is full, but never at the cost of the newest. */
  private async set(state: State): Promise<State> {
    try {
      await this.storage.set(this.name, JSON.stringify(state.messages));
      return state;
    } catch (failure) {
      const less = roomFor(state);
      if (!less) {
        throw failure;
      }
      const kept = await this.set(less);
      this.problem(failure);
      return kept;
    }
  }
}

/** Nonsense is written over, unlike what only cannot be read now. */
function beginAnew(failure: unknown): void {
  if (!(failure instanceof SyntaxError)) {
    throw failure;
  }
}
