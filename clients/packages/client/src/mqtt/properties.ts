import { type ByteReader, ByteWriter, MalformedPacketError } from './bytes.js';

/** The properties of MQTT 5 that a device writes or looks at. */
export interface Properties {
  sessionExpiryInterval?: number;
  receiveMaximum?: number;
  maximumPacketSize?: number;
  messageExpiryInterval?: number;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  serverReference?: string;
  reasonString?: string;
  /** In their order; a name may come several times. */
  user?: [string, string][];
}

type Kind = 'byte' | 'short' | 'int' | 'variable' | 'text' | 'binary';

/** Every property of MQTT 5, for those not looked at have to be read past. */
const KINDS: Record<number, [Kind, Exclude<keyof Properties, 'user'>?]> = {
  0x01: ['byte'],
  0x02: ['int', 'messageExpiryInterval'],
  0x03: ['text'],
  0x08: ['text'],
  0x09: ['binary'],
  0x0b: ['variable'],
  0x11: ['int', 'sessionExpiryInterval'],
  0x12: ['text'],
  0x13: ['short', 'serverKeepAlive'],
  0x15: ['text', 'authenticationMethod'],
  0x16: ['binary', 'authenticationData'],
  0x17: ['byte'],
  0x18: ['int'],
  0x19: ['byte'],
  0x1a: ['text'],
  0x1c: ['text', 'serverReference'],
  0x1f: ['text', 'reasonString'],
  0x21: ['short', 'receiveMaximum'],
  0x22: ['short'],
  0x23: ['short'],
  0x24: ['byte'],
  0x25: ['byte'],
  0x27: ['int', 'maximumPacketSize'],
  0x28: ['byte'],
  0x29: ['byte'],
  0x2a: ['byte'],
};
const USER = 0x26;

export function writeProperties(to: ByteWriter, properties: Properties): void {
  const bytes = new ByteWriter();
  for (const [id, [kind, name]] of Object.entries(KINDS)) {
    const value = name && properties[name];
    if (value !== undefined) {
      bytes.byte(Number(id));
      (bytes[kind] as (value: unknown) => ByteWriter).call(bytes, value);
    }
  }
  for (const [name, value] of properties.user ?? []) {
    bytes.byte(USER).text(name).text(value);
  }
  const all = bytes.toBytes();
  to.variable(all.length).raw(all);
}

export function readProperties(from: ByteReader): Properties {
  const length = from.variable();
  const end = from.left - length;
  if (end < 0) {
    throw new MalformedPacketError('properties: longer than their packet');
  }
  const found: Properties = {};
  while (from.left > end) {
    const id = from.byte();
    if (id === USER) {
      (found.user ??= []).push([from.text(), from.text()]);
      continue;
    }
    const known = KINDS[id];
    if (!known) {
      throw new MalformedPacketError(`property: ${id} (expected: one of MQTT 5)`);
    }
    const value = from[known[0]]();
    if (known[1]) {
      (found as Record<string, unknown>)[known[1]] = value;
    }
  }
  if (from.left !== end) {
    throw new MalformedPacketError('properties: their length is another');
  }
  return found;
}
