/** Who has signed in, and where things are: `GET /v1/admin/session`. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: 'admin' | 'read';
  readonly notAfter: string | null;
  readonly installation: string;
  readonly version: string;
  readonly process: string;
  readonly providerUrl: string;
  readonly providers: 'open' | 'keys';
  readonly devices: 'open' | 'jwt' | 'mtls' | 'unknown';
  readonly mqtt: readonly string[];
  readonly features: readonly string[];
}

/** What this server can do and an older one, or one without a part, cannot. */
export type Feature =
  | 'events'
  | 'history'
  | 'devices'
  | 'disconnect'
  | 'audit-log'
  | 'revoke-token'
  | 'topics'
  | 'webhook-deliveries'
  | 'on-behalf'
  | 'token-check'
  | 'jwt-check';
