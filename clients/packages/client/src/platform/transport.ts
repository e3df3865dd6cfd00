/** What a connection tells. After `closed` it tells nothing more. */
export interface LineEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  closed(reason: string): void;
}

/** A connection that is being opened, or is open. */
export interface Line {
  send(bytes: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

/** Opens connections that carry MQTT in binary messages. */
export interface Transport {
  /**
   * @param url as in `wss://push.example.com/mqtt`; the sub-protocol is `mqtt`
   */
  open(url: string, events: LineEvents): Line;
}
