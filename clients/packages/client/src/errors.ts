/**
 * What kind of failure it was:
 * `refused`: the service does not accept the request or the device; `try-again`: it could not now;
 * `timeout`: no answer in time; `closed`: the client was closed; `connection-lost`: the connection ended before the answer;
 * `busy`: too many requests wait on this device; `taken-over`: another connection of the same device has replaced this one.
 */
export type FailureKind =
  | 'refused'
  | 'try-again'
  | 'timeout'
  | 'closed'
  | 'connection-lost'
  | 'busy'
  | 'taken-over';

export interface FailureDetails {
  /** The service's reason code of MQTT 5, if it gave one. */
  code?: number;
  /** Of a replay: where to go on. */
  cursor?: string;
}

/** A request failed, or a connection ended. */
export class TidingsError extends Error {
  override readonly name = 'TidingsError';
  readonly code: number | undefined;
  readonly cursor: string | undefined;

  constructor(
    readonly kind: FailureKind,
    /** Why, for a person, mostly in the service's own words. */
    readonly reason: string,
    details: FailureDetails = {},
  ) {
    super(`${kind}: ${reason}`);
    this.code = details.code;
    this.cursor = details.cursor;
  }

  /** Whether the same may succeed later. */
  get isWorthRetrying(): boolean {
    return this.kind !== 'refused' && this.kind !== 'closed';
  }
}

/** What anything that was thrown says. */
export function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
