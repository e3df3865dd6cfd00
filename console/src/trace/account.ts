import type { Account, Step, Trace } from '../api/types';

/** The outcomes behind which nothing comes, save what the device tells and a withdrawal. */
const OPEN = new Set(['pending', 'accepted', 'resolved']);

export function isEnded({ outcome }: Account): boolean {
  return outcome !== undefined && !OPEN.has(outcome);
}

export function accountsOf(trace: Trace): readonly Account[] {
  return [trace, ...(trace.others ?? [])];
}

export interface TimedStep extends Step {
  /** After the first one, in ms. */
  readonly after: number;
  /** After the one before. */
  readonly took: number;
  /** Where its bar begins and how long it is, of 100. */
  readonly from: number;
  readonly width: number;
}

/** The steps with their times. Clocks of processes differ: nothing took less than no time. */
export function timed(steps: readonly Step[]): readonly TimedStep[] {
  const first = steps[0]?.atMillis ?? 0;
  const whole = Math.max(1, ...steps.map((step) => step.atMillis - first));
  return steps.map((step, i) => {
    const after = Math.max(0, step.atMillis - first);
    const before = Math.max(0, (steps[i - 1]?.atMillis ?? first) - first);
    const took = Math.max(0, after - before);
    return { ...step, after, took, from: (Math.min(before, after) / whole) * 100, width: (took / whole) * 100 };
  });
}

/** Puts what a stream has told of one token in its place; null if it is about another id. */
export function merged(trace: Trace | null, told: Account): Trace | null {
  if (!trace) {
    return told.id ? { ...told } : null;
  }
  if (told.id !== trace.id) {
    return null;
  }
  const accounts = accountsOf(trace);
  const at = accounts.findIndex(({ uniqueId }) => uniqueId === told.uniqueId);
  const all = at < 0 ? [...accounts, told] : accounts.map((each, i) => (i === at ? { ...strip(each), ...told } : each));
  const [first, ...others] = all as [Account, ...Account[]];
  return { ...strip(first), ...(others.length ? { others: others.slice(0, MOST) } : {}), ...(trace.next ? { next: trace.next } : {}) };
}

/** A page of a trace has about a hundred tokens; of more only those are kept that came first. */
const MOST = 200;

function strip(account: Account & Partial<Trace>): Account {
  const { others: _others, next: _next, location: _location, ...rest } = account;
  return rest;
}
