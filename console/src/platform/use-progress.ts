import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { ProblemError } from '../api/problem';
import { asProblem } from './use-load';

const PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** Something that goes on at the service, asked for a second after each answer until it has ended. */
export function useProgress<T>(ask: (signal: AbortSignal) => Promise<T>, isOver: (found: T) => boolean): { state: ShallowRef<T | null>; failure: ShallowRef<ProblemError | null>; again(): void } {
  const state = shallowRef<T | null>(null);
  const failure = shallowRef<ProblemError | null>(null);
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  async function again(): Promise<void> {
    clearTimeout(timer);
    try {
      const found = await ask(end.signal);
      state.value = found;
      failure.value = null;
      failures = 0;
      if (isOver(found) || end.signal.aborted) {
        return;
      }
    } catch (cause) {
      failure.value = asProblem(cause);
      // What is not known just after it was accepted may be in a moment.
      if (++failures > 5 || ![0, 404, 429, 503].includes(failure.value.status)) {
        return;
      }
    }
    if (!end.signal.aborted) {
      timer = setTimeout(() => void again(), Math.min(PAUSE * 2 ** failures, LONGEST_PAUSE));
    }
  }

  void again();
  onScopeDispose(() => {
    end.abort();
    clearTimeout(timer);
  });
  return { state, failure, again: () => void again() };
}
