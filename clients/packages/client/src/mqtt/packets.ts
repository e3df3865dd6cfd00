import type { Properties } from './properties.js';

/** What a device sends. */
export type ClientPacket =
  | {
      type: 'connect';
      clientId: string;
      cleanStart: boolean;
      keepAlive: number;
      properties: Properties;
      username?: string;
      password?: Uint8Array;
    }
  | { type: 'publish'; id: number; topic: string; payload: Uint8Array }
  | { type: 'puback'; id: number; reason: number }
  | { type: 'subscribe'; id: number; filters: string[] }
  | { type: 'pingreq' }
  | { type: 'disconnect'; reason: number; properties: Properties }
  | { type: 'auth'; reason: number; properties: Properties };

/** A message that a server sends. */
export interface Publish {
  type: 'publish';
  /** Absent with QoS 0. */
  id?: number;
  topic: string;
  payload: Uint8Array;
  dup: boolean;
  properties: Properties;
}

/** What a server sends. */
export type ServerPacket =
  | Publish
  | { type: 'connack'; sessionPresent: boolean; reason: number; properties: Properties }
  | { type: 'puback'; id: number; reason: number }
  | { type: 'suback'; id: number; reasons: number[] }
  | { type: 'pingresp' }
  | { type: 'disconnect'; reason: number; properties: Properties }
  | { type: 'auth'; reason: number; properties: Properties };
