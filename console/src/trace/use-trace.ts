import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue';
import type { AdminApi } from '../api/admin-api';
import { EventStream } from '../api/event-stream';
import type { ProblemError } from '../api/problem';
import type { Account, Trace } from '../api/types';
import { asProblem } from '../platform/use-load';
import { merged } from './account';

export interface FollowedTrace {
  readonly trace: ShallowRef<Trace | null>;
  readonly failure: ShallowRef<ProblemError | null>;
  readonly isLoading: Ref<boolean>;
  readonly isLive: Ref<boolean>;
  reload(): Promise<void>;
}

/** What was sent just now may not be found for a moment: it is on its way through the log. */
const PATIENCE = 6;
const PAUSE = 350;
const UNTIL_SHOWN = 1_200;

/** The trace of an id, which goes on by itself: the receipts of its app come as they are written. */
export function useTrace(api: AdminApi, id: Ref<string>, isNew: Ref<boolean>, from: Ref<string | undefined> = ref(undefined)): FollowedTrace {
  const trace = shallowRef<Trace | null>(null);
  const failure = shallowRef<ProblemError | null>(null);
  const isLoading = ref(false);
  const isLive = ref(false);
  let stream: EventStream | null = null;
  let asked = new AbortController();

  function follow(app: string): void {
    stream = new EventStream(api, '/v1/receipts', { app }, {
      heard: ({ event, data }) => {
        if (event === 'position' || event === 'gap' || event === 'end' || event === 'token-gone') {
          return;
        }
        const told = JSON.parse(data) as Account;
        if (told.id === id.value || told.uniqueId === id.value) {
          trace.value = merged(trace.value, told) ?? trace.value;
          failure.value = null;
          if (told.outcome === 'delivered') {
            // What the device says of it is in the trace alone.
            setTimeout(() => void refresh(), UNTIL_SHOWN);
          }
        }
      },
      changed: (state) => {
        isLive.value = state === 'open';
        if (isLive.value) {
          // What was written before the stream began.
          void refresh();
        }
      },
    });
  }

  /** Asks once more, and says nothing if that fails. */
  async function refresh(): Promise<void> {
    const { signal } = asked;
    try {
      const found = await ask(signal);
      if (!signal.aborted) {
        trace.value = found;
      }
    } catch {
      // What was there stays.
    }
  }

  function ask(signal: AbortSignal): Promise<Trace> {
    return api.get<Trace>(`/v1/notifications/${encodeURIComponent(id.value)}`, { signal, query: { from: from.value } });
  }

  async function reload(): Promise<void> {
    asked.abort();
    const mine = new AbortController();
    asked = mine;
    isLoading.value = true;
    for (let tries = isNew.value ? PATIENCE : 1; tries > 0; tries--) {
      try {
        const found = await ask(mine.signal);
        if (mine.signal.aborted) {
          return;
        }
        trace.value = found;
        failure.value = null;
        if (found.app && !stream) {
          follow(found.app);
        }
        break;
      } catch (cause) {
        if (mine.signal.aborted) {
          return;
        }
        const problem = asProblem(cause);
        if (tries === 1 || ![404, 503].includes(problem.status)) {
          failure.value = problem;
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        if (mine.signal.aborted) {
          return;
        }
      }
    }
    isLoading.value = false;
  }

  function stop(): void {
    asked.abort();
    stream?.close();
    stream = null;
    isLive.value = false;
  }

  watch(
    [id, from],
    () => {
      stop();
      trace.value = null;
      failure.value = null;
      isLoading.value = false;
      if (id.value) {
        void reload();
      }
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return { trace, failure, isLoading, isLive, reload };
}
