import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { AdminApi } from '../api/admin-api';
import { EventStream, type StreamState } from '../api/event-stream';
import type { Account, HistoryRow } from '../api/types';

/** As many as a page has. */
const MOST = 100;

export interface Tail {
  readonly rows: ShallowRef<readonly HistoryRow[]>;
  readonly state: Ref<StreamState | 'off'>;
  /** How many came since it was switched on. */
  readonly count: Ref<number>;
}

/** What becomes of an app's notifications while one looks, the newest first, each once. */
export function useTail(api: AdminApi, app: Ref<string>, isOn: Ref<boolean>, fits: (row: HistoryRow) => boolean): Tail {
  const rows = shallowRef<readonly HistoryRow[]>([]);
  const state = ref<StreamState | 'off'>('off');
  const count = ref(0);
  let stream: EventStream | null = null;
  let waiting: HistoryRow[] = [];
  let frame = 0;

  /** Thousands a second are shown as often as the screen is drawn. */
  function show(): void {
    frame = 0;
    const newest = new Map<string, HistoryRow>();
    [...waiting.reverse(), ...rows.value].forEach((row) => {
      if (newest.size < MOST && !newest.has(row.uniqueId)) {
        newest.set(row.uniqueId, row);
      }
    });
    waiting = [];
    rows.value = [...newest.values()];
  }

  function stop(): void {
    stream?.close();
    stream = null;
    state.value = 'off';
    cancelAnimationFrame(frame);
    frame = 0;
    waiting = [];
  }

  watch(
    [isOn, app],
    () => {
      stop();
      rows.value = [];
      count.value = 0;
      if (isOn.value && app.value) {
        stream = new EventStream(api, '/v1/receipts', { app: app.value }, {
          heard: ({ data }) => {
            const row = rowOf(JSON.parse(data) as Account);
            if (row && fits(row)) {
              count.value++;
              waiting = [...waiting.slice(-MOST + 1), row];
              frame ||= requestAnimationFrame(show);
            }
          },
          changed: (now) => (state.value = now),
        });
      }
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return { rows, state, count };
}

/** A receipt as a row of the history; null if it is about no notification. */
export function rowOf({ id, uniqueId, app, device, outcome, steps }: Account): HistoryRow | null {
  const last = steps?.at(-1);
  if (!id || !uniqueId || !app || !outcome || !steps?.[0] || !last) {
    return null;
  }
  return { id, uniqueId, app, outcome, acceptedAt: steps[0].at, lastStep: last.step, lastStepAt: last.at, ...(device ? { device } : {}) };
}
