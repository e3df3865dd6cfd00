/** Reason codes of MQTT 5 that mean something to a device. */
export const Reason = {
  SUCCESS: 0x00,
  CONTINUE_AUTHENTICATION: 0x18,
  REAUTHENTICATE: 0x19,
  MALFORMED_PACKET: 0x81,
  PROTOCOL_ERROR: 0x82,
  UNSUPPORTED_VERSION: 0x84,
  CLIENT_ID_NOT_VALID: 0x85,
  BAD_CREDENTIALS: 0x86,
  NOT_AUTHORIZED: 0x87,
  SERVER_BUSY: 0x89,
  BANNED: 0x8a,
  SERVER_SHUTTING_DOWN: 0x8b,
  BAD_AUTHENTICATION_METHOD: 0x8c,
  KEEP_ALIVE_TIMEOUT: 0x8d,
  SESSION_TAKEN_OVER: 0x8e,
  RECEIVE_MAXIMUM_EXCEEDED: 0x93,
  PACKET_TOO_LARGE: 0x95,
  QUOTA_EXCEEDED: 0x97,
  ADMINISTRATIVE_ACTION: 0x98,
  PAYLOAD_FORMAT_INVALID: 0x99,
  USE_ANOTHER_SERVER: 0x9c,
  SERVER_MOVED: 0x9d,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(Reason).map(([name, code]) => [code, name.toLowerCase().replace(/_/g, ' ')]),
);

/** The reason, for a person. */
export function describe(code: number): string {
  return `${NAMES.get(code) ?? 'error'} (0x${code.toString(16).padStart(2, '0')})`;
}

/** Why a connection, or an attempt at one, ended. */
export type Ending =
  | { by: 'connack' | 'disconnect'; code: number; reference?: string; reason: string }
  | { by: 'line'; reason: string };

const FINAL_REFUSALS = new Set<number>([
  Reason.MALFORMED_PACKET,
  Reason.PROTOCOL_ERROR,
  Reason.UNSUPPORTED_VERSION,
  Reason.CLIENT_ID_NOT_VALID,
  Reason.BAD_CREDENTIALS,
  Reason.NOT_AUTHORIZED,
  Reason.BANNED,
  Reason.BAD_AUTHENTICATION_METHOD,
]);

/** Whether another attempt is useless. */
export function isFinal(ending: Ending): boolean {
  return (
    (ending.by === 'connack' && FINAL_REFUSALS.has(ending.code)) ||
    (ending.by === 'disconnect' && ending.code === Reason.NOT_AUTHORIZED)
  );
}

/** Whether another connection of this device has come instead: two that both come back would go on for ever. */
export function isTakenOver(ending: Ending): boolean {
  return ending.by === 'disconnect' && ending.code === Reason.SESSION_TAKEN_OVER;
}

/** Whether the server refuses the credentials, which others may be good for. */
export function isOfCredentials(ending: Ending): boolean {
  return (
    (ending.by === 'connack' && (ending.code === Reason.BAD_CREDENTIALS || ending.code === Reason.NOT_AUTHORIZED)) ||
    (ending.by === 'disconnect' && ending.code === Reason.NOT_AUTHORIZED)
  );
}

/** Whether the server does not know the way in which the credentials were sent. */
export function isOfMethod(ending: Ending): boolean {
  return ending.by === 'connack' && ending.code === Reason.BAD_AUTHENTICATION_METHOD;
}
