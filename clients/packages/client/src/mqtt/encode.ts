import { ByteWriter } from './bytes.js';
import type { ClientPacket } from './packets.js';
import { writeProperties } from './properties.js';

const VERSION = 5;

/** The bytes of a packet of MQTT 5. */
export function encode(packet: ClientPacket): Uint8Array {
  const body = new ByteWriter();
  const header = write(packet, body);
  const bytes = body.toBytes();
  return new ByteWriter().byte(header).variable(bytes.length).raw(bytes).toBytes();
}

/** Writes what follows the length; returns the first byte. */
function write(packet: ClientPacket, to: ByteWriter): number {
  switch (packet.type) {
    case 'connect': {
      const flags =
        (packet.username === undefined ? 0 : 0x80) |
        (packet.password === undefined ? 0 : 0x40) |
        (packet.cleanStart ? 0x02 : 0);
      to.text('MQTT').byte(VERSION).byte(flags).short(packet.keepAlive);
      writeProperties(to, packet.properties);
      to.text(packet.clientId);
      if (packet.username !== undefined) {
        to.text(packet.username);
      }
      if (packet.password !== undefined) {
        to.binary(packet.password);
      }
      return 0x10;
    }
    case 'publish':
      to.text(packet.topic).short(packet.id);
      writeProperties(to, {});
      to.raw(packet.payload);
      return 0x32;
    case 'puback':
      to.short(packet.id);
      if (packet.reason !== 0) {
        to.byte(packet.reason);
      }
      return 0x40;
    case 'subscribe':
      to.short(packet.id);
      writeProperties(to, {});
      packet.filters.forEach((filter) => to.text(filter).byte(1));
      return 0x82;
    case 'pingreq':
      return 0xc0;
    case 'disconnect':
    case 'auth':
      to.byte(packet.reason);
      writeProperties(to, packet.properties);
      return packet.type === 'auth' ? 0xf0 : 0xe0;
  }
}
