import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef } from 'vue';
import { ProblemError } from '../api/problem';

export interface Load<T> {
  readonly data: ShallowRef<T | null>;
  readonly failure: ShallowRef<ProblemError | null>;
  readonly isLoading: Ref<boolean>;
  reload(): Promise<void>;
  /** Nothing is loaded, and nothing comes any more. */
  clear(): void;
}

/** Loads something for a page; what is loaded anew replaces the old when it has come, and only the last request counts. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T | null>(null);
  const failure = shallowRef<ProblemError | null>(null);
  const isLoading = ref(false);
  let last = new AbortController();

  async function reload(): Promise<void> {
    last.abort();
    const mine = new AbortController();
    last = mine;
    isLoading.value = true;
    try {
      const found = await load(mine.signal);
      if (!mine.signal.aborted) {
        data.value = found;
        failure.value = null;
      }
    } catch (cause) {
      if (!mine.signal.aborted) {
        failure.value = asProblem(cause);
      }
    } finally {
      if (!mine.signal.aborted) {
        isLoading.value = false;
      }
    }
  }

  function clear(): void {
    last.abort();
    data.value = null;
    failure.value = null;
    isLoading.value = false;
  }

  onScopeDispose(() => last.abort());
  return { data, failure, isLoading, reload, clear };
}

export function asProblem(cause: unknown): ProblemError {
  return cause instanceof ProblemError ? cause : new ProblemError(0, '', cause instanceof Error ? cause.message : String(cause));
}
