import type { Storage } from '@tidings/client';
import type { LocalNotification } from './local-notifications.js';

export type Scheduled = LocalNotification & { at: number };

/** What is scheduled, or is not any more. Made again it changes nothing. */
export type ScheduleChange = (before: readonly Scheduled[]) => readonly Scheduled[];

/** Of what is kept, and of the channel that tells of it. */
export const NAME = 'tidings.local';
const MOST_OPEN = 1_000;

/**
 * What is scheduled, in the storage, where other tabs schedule as well: a change is made to what is there, so that nobody overwrites
 * what he has not heard of. One write comes after the other.
 */
export class KeptSchedule {
  private writing: Promise<void> = Promise.resolve();
  /** What is not written yet, or could not be. */
  private open: readonly ScheduleChange[] = [];

  constructor(
    private readonly storage: Storage | undefined,
    private readonly problem: (failure: unknown) => void,
  ) {}

  /** Gives what is there, with what could not be written; nothing if that cannot be read. What is changed meanwhile waits for it. */
  read(take: (kept: readonly Scheduled[]) => void): Promise<void> {
    this.writing = this.writing
      .then(() => this.stored())
      .then((stored) => take(this.open.reduce((list, change) => change(list), stored)))
      .catch((failure: unknown) => this.problem(failure));
    return this.writing;
  }

  /** If it is not kept, it is tried again with the next. */
  write(change: ScheduleChange): Promise<void> {
    if (this.storage) {
      this.open = [...this.open, change].slice(-MOST_OPEN);
      this.writing = this.writing.then(() => this.writeAll()).catch((failure: unknown) => this.problem(failure));
    }
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    const changes = this.open;
    const before = await this.stored().catch(nothing);
    await this.storage!.set(NAME, JSON.stringify(changes.reduce((list, change) => change(list), before)));
    this.open = this.open.filter((each) => !changes.includes(each));
  }

  private async stored(): Promise<readonly Scheduled[]> {
    const kept: unknown = JSON.parse((await this.storage?.get(NAME)) ?? '[]');
    return Array.isArray(kept) ? (kept as Scheduled[]) : [];
  }
}

/** Nonsense is written over, unlike what only cannot be read now. */
function nothing(failure: unknown): readonly Scheduled[] {
  if (failure instanceof SyntaxError) {
    return [];
  }
  throw failure;
}
