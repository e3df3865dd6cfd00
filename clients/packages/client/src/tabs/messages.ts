import type { ConnectionChange } from '../connection/connection.js';
import { type FailureKind, TidingsError } from '../errors.js';
import type { ReceivedNotification, Withdrawal } from '../receive/notification.js';

/** The requests that the tabs without a connection leave to the one that has it. */
export const SHARED_REQUESTS = [
  'register',
  'unregister',
  'join',
  'leave',
  'joinChannel',
  'leaveChannel',
  'displayed',
  'opened',
  'replay',
  'stopReplay',
] as const;

export type SharedRequest = (typeof SHARED_REQUESTS)[number];

export interface PlainFailure {
  kind: FailureKind;
  reason: string;
  code?: number;
  cursor?: string;
}

/** What tabs tell each other. */
export type TabMessage =
  | { tidings: 'ask'; from: string; number: number; request: SharedRequest; args: unknown[] }
  | { tidings: 'answer'; to: string; number: number; value?: unknown; failure?: PlainFailure }
  | { tidings: 'arrived'; notification: ReceivedNotification }
  | { tidings: 'withdrawn'; withdrawal: Withdrawal }
  | { tidings: 'state'; change: ConnectionChange }
  /** A tab has become the one with the connection: what it was not asked, it is asked again. */
  | { tidings: 'leads' }
  /** A new tab asks for the state. */
  | { tidings: 'hello' }
  | { tidings: 'wake' }
  /** The tab with the connection has heard either. */
  | { tidings: 'here' };

export function isTabMessage(message: unknown): message is TabMessage {
  return typeof message === 'object' && message !== null && 'tidings' in message;
}

export function isSharedRequest(name: string): name is SharedRequest {
  return (SHARED_REQUESTS as readonly string[]).includes(name);
}

/** Errors lose their class between tabs. */
export function toPlain(failure: unknown): PlainFailure {
  if (failure instanceof TidingsError) {
    const { kind, reason, code, cursor } = failure;
    return {
      kind,
      reason,
      ...(code === undefined ? {} : { code }),
      ...(cursor === undefined ? {} : { cursor }),
    };
  }
  return { kind: 'refused', reason: String(failure) };
}

export function fromPlain({ kind, reason, code, cursor }: PlainFailure): TidingsError {
  return new TidingsError(kind, reason, {
    ...(code === undefined ? {} : { code }),
    ...(cursor === undefined ? {} : { cursor }),
  });
}
