import { computed, shallowRef } from 'vue';
import type { AdminApi } from '../api/admin-api';
import { stored } from './stored';

const MOST_ENTERED = 500;
const MOST_USED = 12;

const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

const entered = shallowRef<readonly string[]>([]);
const used = stored<string[]>('tidings.console.apps', ['com.example.news'], isList);

/** The apps to choose from: those last used on this page first, then those that administrators have entered. */
export const knownApps = computed(() => [...new Set([...used.value, ...entered.value])]);

export function rememberApp(app: string): void {
  if (app && used.value[0] !== app) {
    used.value = [app, ...used.value.filter((each) => each !== app)].slice(0, MOST_USED);
  }
}

export async function loadApps(api: AdminApi): Promise<void> {
  const { apps } = await api.get<{ apps: { app: string }[] }>('/v1/admin/apps', { query: { limit: MOST_ENTERED } });
  entered.value = apps.map(({ app }) => app);
}
