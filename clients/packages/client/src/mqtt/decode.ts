import { ByteReader, MalformedPacketError } from './bytes.js';
import type { Publish, ServerPacket } from './packets.js';
import { readProperties } from './properties.js';

/** Reads what follows a packet's length. */
export function decode(header: number, bytes: Uint8Array): ServerPacket {
  const from = new ByteReader(bytes);
  const flags = header & 0x0f;
  switch (header >> 4) {
    case 2:
      return {
        type: 'connack',
        sessionPresent: (from.byte() & 1) === 1,
        reason: from.byte(),
        properties: from.left > 0 ? readProperties(from) : {},
      };
    case 3:
      return publish(flags, from);
    case 4:
      return { type: 'puback', id: from.short(), reason: from.left > 0 ? from.byte() : 0 };
    case 9: {
      const id = from.short();
      readProperties(from);
      return { type: 'suback', id, reasons: Array.from(from.rest()) };
    }
    case 13:
      return { type: 'pingresp' };
    case 14:
    case 15:
      return {
        type: header >> 4 === 14 ? 'disconnect' : 'auth',
        reason: from.left > 0 ? from.byte() : 0,
        properties: from.left > 0 ? readProperties(from) : {},
      };
    default:
      throw new MalformedPacketError(`packet: ${header >> 4} (expected: one that servers send)`);
  }
}

function publish(flags: number, from: ByteReader): Publish {
  const qos = (flags >> 1) & 3;
  if (qos > 1) {
    throw new MalformedPacketError(`QoS: ${qos} (expected: 0 or 1)`);
  }
  const topic = from.text();
  const id = qos === 1 ? from.short() : undefined;
  const properties = readProperties(from);
  return {
    type: 'publish',
    ...(id === undefined ? {} : { id }),
    topic,
    // Not a view: it would keep all that came with it in memory.
    payload: from.rest().slice(),
    dup: (flags & 8) !== 0,
    properties,
  };
}
