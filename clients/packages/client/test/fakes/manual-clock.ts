import type { Clock } from '../../src/index.js';

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  private time = 1_700_000_000_000;
  private timers: { at: number; task: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer = { at: this.time + milliseconds, task };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  /** Somebody sets the clock, or the page is suspended for so long: timers do not notice. */
  leap(milliseconds: number): void {
    this.time += milliseconds;
    this.timers = this.timers.map(({ at, task }) => ({ at: at + milliseconds, task }));
  }

  /** Lets time pass, with everything that happens meanwhile. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settled();
    for (;;) {
      const next = this.timers.filter((each) => each.at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) {
        break;
      }
      this.time = next.at;
      this.timers = this.timers.filter((each) => each !== next);
      next.task();
      await settled();
    }
    this.time = end;
  }
}

/** Whatever can happen without time passing has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
