/** What the admin port tells; docs/api.md and its OpenAPI document say what each means. */

export interface Step {
  readonly step: string;
  readonly at: string;
  readonly atMillis: number;
  readonly where: string;
  readonly why?: string;
}

/** What became of a notification to one token. */
export interface Account {
  readonly id?: string;
  readonly uniqueId?: string;
  readonly outcome?: string;
  readonly device?: string;
  readonly app?: string;
  readonly steps?: readonly Step[];
  readonly location?: Readonly<Record<string, string | number>>;
  /** Where its receipt cannot be read. */
  readonly message?: string;
}

export interface Trace extends Account {
  readonly others?: readonly Account[];
  readonly next?: string;
}

export interface HistoryRow {
  readonly id: string;
  readonly uniqueId: string;
  readonly app: string;
  readonly mark?: string;
  readonly device?: string;
  readonly acceptedAt: string;
  readonly outcome: string;
  readonly lastStep: string;
  readonly lastStepAt: string;
}

export interface Registration {
  readonly app: string;
  readonly token: string;
  readonly since: string;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly user?: string;
  readonly tags?: readonly string[];
  readonly topics?: readonly string[];
}

export interface DeviceRow {
  readonly device: string;
  readonly connected: boolean;
}

export interface DeviceState extends DeviceRow {
  readonly node?: string;
  readonly since?: string;
  readonly protocol?: string;
  readonly transport?: string;
  readonly subscriptions?: readonly string[];
  readonly session?: { readonly subscriptions: readonly string[]; readonly keptForSeconds: number; readonly endedAt?: string };
  readonly registrations?: readonly Registration[];
  readonly inbox?: {
    readonly inFlight: number;
    readonly waiting: number;
    readonly payloadBytes: number;
    readonly oldest?: string;
    readonly more: boolean;
  };
}

export interface InboxRow {
  readonly id: string;
  readonly kind: 'notification' | 'withdrawal';
  readonly app: string;
  readonly state: 'inFlight' | 'waiting';
  readonly acceptedAt?: string;
  readonly expiresAt?: string;
  readonly payloadBytes: number;
}

export interface Erasure {
  readonly id: string;
  readonly state: 'requested' | 'running' | 'done';
}

export interface Replay {
  readonly id?: string;
  readonly dryRun?: boolean;
  readonly state?: string;
  readonly count?: number;
  readonly devices?: number;
  readonly sent?: number;
  readonly away?: number;
  readonly leftOut?: number;
}

export interface Broadcast {
  readonly id: string;
  readonly app: string;
  readonly condition: string;
  readonly state: string;
  readonly sent: number;
  readonly subscribers: number;
  readonly total?: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly partitions: Readonly<Record<'waiting' | 'running' | 'ended' | 'rejected' | 'missing', number>>;
}

export interface Accepted {
  readonly id: string;
  readonly uniqueId?: string;
  readonly token?: string;
  readonly device?: string;
  readonly broadcast?: string;
  readonly acceptedAt?: string;
  readonly dryRun?: boolean;
}

export interface Withdrawn {
  readonly withdrawn: number;
  readonly told: number;
  readonly unchanged: number;
}

/** A line of the audit log; the texts are null where it cannot be read. */
export interface AuditEntry {
  readonly offset: number;
  readonly at: string | null;
  readonly who: string | null;
  readonly from: string | null;
  readonly entry: string | null;
  readonly what: string | null;
}
