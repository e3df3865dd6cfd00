/** The bounds of the delays between attempts to connect, in milliseconds. */
export interface Backoff {
  /** The upper bound of the first delay. */
  readonly base: number;
  /** The upper bound of every delay. */
  readonly cap: number;
}

export const DEFAULT_BACKOFF: Backoff = { base: 500, cap: 60_000 };

/**
 * The delay before another attempt, with full jitter: a random time from 0 to an upper bound that doubles from the base up to
 * the cap. The devices of a node that died must not all return in the same second.
 *
 * @param attempt the number of failures since the last success, from 0 on
 */
export function backoffDelay(backoff: Backoff, attempt: number, random: () => number): number {
  const bound = Math.min(backoff.cap, backoff.base * 2 ** Math.min(attempt, 40));
  return Math.floor(random() * (bound + 1));
}
