/** The event `overview`; a part that nobody could be asked for is null. */
export interface Overview {
  readonly at: string;
  readonly rates: Rates | null;
  readonly latencyMillis: Latency | null;
  readonly inbox: Inbox | null;
  readonly connections: Readonly<Record<string, number>> | null;
  readonly partitions: readonly Partition[] | null;
  readonly nodes: readonly NodeState[] | null;
  readonly audit: { readonly difference: number; readonly behindSeconds: number } | null;
  readonly drops: Readonly<Record<string, number>> | null;
  readonly alarms: readonly Alarm[];
}

export interface Rates {
  readonly accepted: number | null;
  readonly pushed: number | null;
  readonly confirmed: number | null;
  readonly parked: number | null;
  readonly replayed: number | null;
}

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

export interface Inbox {
  readonly waiting: number;
  readonly bytes: number;
  readonly oldestOpenSeconds: number | null;
}

export interface Partition {
  readonly partition: number;
  readonly node: string | null;
  readonly notificationsLag: number | null;
  readonly deliveriesLag: number | null;
}

export interface NodeState {
  readonly node: string | null;
  readonly address: string;
  readonly answers: boolean;
  /** How many it owns. */
  readonly partitions: number | null;
  readonly connections: number | null;
  readonly version: string | null;
}

export interface Alarm {
  readonly alarm: string;
  readonly severity: 'critical' | 'warning';
  readonly detail: string;
  readonly since: string;
}
