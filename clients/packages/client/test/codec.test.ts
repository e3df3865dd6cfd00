import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { MalformedPacketError } from '../src/mqtt/bytes.js';
import { encode } from '../src/mqtt/encode.js';
import { PacketStream } from '../src/mqtt/packet-stream.js';
import type { ClientPacket, ServerPacket } from '../src/mqtt/packets.js';
import { decodeBase64Url, decodeUtf8, encodeUtf8 } from '../src/mqtt/utf8.js';

/** As a codec reads it that nobody here wrote. */
function readByOthers(packet: ClientPacket): Packet {
  const read: Packet[] = [];
  const other = parser({ protocolVersion: 5 });
  other.on('packet', (each) => read.push(each));
  other.on('error', (failure: Error) => {
    throw failure;
  });
  other.parse(Buffer.from(encode(packet)));
  expect(read).toHaveLength(1);
  return read[0]!;
}

function decodeAll(bytes: Uint8Array, piece = bytes.length): ServerPacket[] {
  const stream = new PacketStream(262_144);
  const read: ServerPacket[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    read.push(...stream.push(bytes.subarray(at, at + piece)));
  }
  return read;
}

const PUBLISH: Packet = {
  cmd: 'publish',
  topic: 'tidings/com.example.news/1',
  payload: Buffer.from('{"aps":{"alert":"schön 🎉"}}'),
  qos: 1,
  dup: true,
  retain: false,
  messageId: 300,
  properties: {
    contentType: 'application/json',
    messageExpiryInterval: 60,
    userProperties: { 'apns-id': '1', 'apns-priority': '10' },
  },
};

describe('the codec of MQTT 5', () => {
  it('writes a connect that others read', () => {
    expect(
      readByOthers({
        type: 'connect',
        clientId: 'phone-1',
        cleanStart: false,
        keepAlive: 60,
        username: 'phone-1',
        password: encodeUtf8('secret'),
        properties: { sessionExpiryInterval: 4_294_967_295, receiveMaximum: 64, user: [['tidings-redirect', 'accept']] },
      }),
    ).toMatchObject({
      cmd: 'connect',
      protocolVersion: 5,
      clientId: 'phone-1',
      clean: false,
      keepalive: 60,
      username: 'phone-1',
      password: Buffer.from('secret'),
      properties: {
        sessionExpiryInterval: 4_294_967_295,
        receiveMaximum: 64,
        userProperties: { 'tidings-redirect': 'accept' },
      },
    });
  });

  it('writes requests, confirmations and the rest as others read them', () => {
    const payload = encodeUtf8('x'.repeat(20_000));
    expect(readByOthers({ type: 'publish', id: 65_535, topic: '$tidings/register', payload })).toMatchObject({
      cmd: 'publish', qos: 1, dup: false, messageId: 65_535, topic: '$tidings/register', payload: Buffer.from(payload),
    });
    expect(readByOthers({ type: 'puback', id: 7, reason: 0 })).toMatchObject({ cmd: 'puback', messageId: 7, reasonCode: 0 });
    expect(readByOthers({ type: 'puback', id: 7, reason: 0x80 })).toMatchObject({ cmd: 'puback', messageId: 7, reasonCode: 0x80 });
    expect(readByOthers({ type: 'subscribe', id: 1, filters: ['tidings/#'] })).toMatchObject({
      cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'tidings/#', qos: 1 }],
    });
    expect(readByOthers({ type: 'pingreq' })).toMatchObject({ cmd: 'pingreq' });
    expect(readByOthers({ type: 'disconnect', reason: 0, properties: { sessionExpiryInterval: 0 } })).toMatchObject({
      cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 },
    });
    expect(
      readByOthers({ type: 'auth', reason: 0x19, properties: { authenticationMethod: 'tidings-jwt', authenticationData: encodeUtf8('t') } }),
    ).toMatchObject({
      cmd: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'tidings-jwt', authenticationData: Buffer.from('t') },
    });
  });

  it('reads what others write, wherever it is cut', () => {
    const packets: Packet[] = [
      {
        cmd: 'connack', sessionPresent: true, reasonCode: 0x9c,
        properties: { serverReference: 'two:8083', receiveMaximum: 8, serverKeepAlive: 30, sharedSubscriptionAvailable: false, maximumQoS: 1 },
      },
      PUBLISH,
      { cmd: 'publish', topic: '$tidings/registered', payload: '{}', qos: 0, dup: false, retain: false },
      { cmd: 'puback', messageId: 9, reasonCode: 0x97 },
      { cmd: 'suback', messageId: 2, granted: [1, 0x87] },
      { cmd: 'pingresp' },
      { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'tidings-jwt' } },
      { cmd: 'disconnect', reasonCode: 0x8e },
    ];
    const bytes = Buffer.concat(packets.map((each) => generate(each, { protocolVersion: 5 })));
    for (const piece of [1, 2, 7, 64, bytes.length]) {
      expect(decodeAll(bytes, piece)).toMatchObject([
        { type: 'connack', sessionPresent: true, reason: 0x9c, properties: { serverReference: 'two:8083', receiveMaximum: 8, serverKeepAlive: 30 } },
        { type: 'publish', id: 300, dup: true, topic: 'tidings/com.example.news/1', properties: { messageExpiryInterval: 60, user: [['apns-id', '1'], ['apns-priority', '10']] } },
        { type: 'publish', topic: '$tidings/registered' },
        { type: 'puback', id: 9, reason: 0x97 },
        { type: 'suback', id: 2, reasons: [1, 0x87] },
        { type: 'pingresp' },
        { type: 'auth', reason: 0x18 },
        { type: 'disconnect', reason: 0x8e },
      ]);
    }
  });

  it('refuses a packet larger than it may be before it has arrived', () => {
    expect(() => [...new PacketStream(100).push(Uint8Array.of(0x30, 99))]).toThrow(MalformedPacketError);
    expect([...new PacketStream(100).push(Uint8Array.of(0x30, 98))]).toEqual([]);
  });

  it('calls everything malformed that is no packet, and nothing else happens', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const sound = generate(PUBLISH, { protocolVersion: 5 });
    for (let round = 0; round < 3_000; round++) {
      const bytes = round % 2 === 0 ? Uint8Array.from({ length: random(40) }, () => random(256)) : Uint8Array.from(sound);
      for (let i = random(4); i > 0 && bytes.length > 0; i--) {
        bytes[random(bytes.length)] = random(256);
      }
      try {
        decodeAll(bytes);
      } catch (failure) {
        expect(failure).toBeInstanceOf(MalformedPacketError);
      }
    }
  });

  it('reads and writes UTF-8 as the platform does', () => {
    for (const text of ['', 'plain', 'schön', '漢字', '🎉🎉', 'a\u0000b', '\ud800', 'x'.repeat(10_000) + '€']) {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      expect(decodeUtf8(new TextEncoder().encode(text))).toBe(new TextDecoder().decode(new TextEncoder().encode(text)));
    }
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xf8, 0x88]]) {
      expect(decodeUtf8(Uint8Array.from(bytes))).toContain('\ufffd');
    }
  });

  it('reads base64url', () => {
    for (const text of ['', 'a', 'ab', 'abc', '{"exp":1}~~~???']) {
      expect(decodeBase64Url(Buffer.from(text).toString('base64url'))).toEqual(new TextEncoder().encode(text));
    }
    expect(decodeBase64Url('a b')).toBeNull();
  });
});
