import { stored } from '../platform/stored';

export interface RecentBroadcast {
  readonly id: string;
  readonly to: string;
  readonly app: string;
  readonly at: string;
}

const MOST = 20;

const isList = (value: unknown): value is RecentBroadcast[] => Array.isArray(value);

/** The broadcasts that were sent from this browser: the service has no list of them. */
export const recentBroadcasts = stored<RecentBroadcast[]>('tidings.console.broadcasts', [], isList);

export function rememberBroadcast(broadcast: RecentBroadcast): void {
  recentBroadcasts.value = [broadcast, ...recentBroadcasts.value.filter(({ id }) => id !== broadcast.id)].slice(0, MOST);
}
