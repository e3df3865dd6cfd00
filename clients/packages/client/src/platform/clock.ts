/** Time, and what happens later. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the task after that many milliseconds, unless the function returned is called before. */
  after(milliseconds: number, task: () => void): () => void;
}

declare function setTimeout(task: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** What timers hold at most. */
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, Math.min(milliseconds, LONGEST));
    return () => clearTimeout(timer);
  },
};
