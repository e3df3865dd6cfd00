import { computed, type ComputedRef, ref } from 'vue';
import type { AdminApi } from '../api/admin-api';
import { type Load, useLoad } from './use-load';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
  readonly answer: Readonly<Record<string, unknown>>;
}

export interface Pages<T> extends Load<Page<T>> {
  readonly rows: ComputedRef<readonly T[]>;
  readonly number: ComputedRef<number>;
  readonly hasNext: ComputedRef<boolean>;
  readonly hasPrevious: ComputedRef<boolean>;
  first(): Promise<void>;
  following(): Promise<void>;
  previous(): Promise<void>;
}

/** The paths of pages that one may go back to. */
const MOST_PATHS = 1_000;

/** A list on the server, a page at a time: the rows of one page are in memory, of the others the way back. */
export function usePages<T>(api: AdminApi, member: string, start: () => string): Pages<T> {
  const paths = ref<string[]>([]);
  const skipped = ref(0);
  const load = useLoad<Page<T>>(async (signal) => {
    const answer = await api.get<Record<string, unknown>>(paths.value.at(-1) ?? start(), { signal });
    const rows = answer[member];
    return {
      rows: Array.isArray(rows) ? (rows as T[]) : [],
      next: typeof answer['next'] === 'string' ? answer['next'] : null,
      answer,
    };
  });
  function restart(): void {
    paths.value = [];
    skipped.value = 0;
  }

  return {
    ...load,
    rows: computed(() => load.data.value?.rows ?? []),
    number: computed(() => paths.value.length + skipped.value + 1),
    hasNext: computed(() => load.data.value?.next !== null && load.data.value !== null),
    hasPrevious: computed(() => paths.value.length > 0),
    clear() {
      restart();
      load.clear();
    },
    async first() {
      restart();
      await load.reload();
    },
    async following() {
      const next = load.data.value?.next;
      if (next) {
        paths.value = [...paths.value, next];
        if (paths.value.length > MOST_PATHS) {
          paths.value = paths.value.slice(1);
          skipped.value++;
        }
        await load.reload();
      }
    },
    async previous() {
      paths.value = paths.value.slice(0, -1);
      await load.reload();
    },
  };
}
