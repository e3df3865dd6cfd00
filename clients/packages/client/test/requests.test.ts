import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { APP, Bench } from './fakes/bench.js';
import { settled } from './fakes/manual-clock.js';

describe('requests', () => {
  it('register the apps of the options when it connects, with what the device tells of itself', async () => {
    const bench = new Bench();
    const device = bench.device({ apps: [APP, 'com.example.chat'], locale: 'de-AT', timeZone: 'Europe/Vienna', tags: ['beta'] });
    expect(await device.connect()).toEqual({ [APP]: `token of ${APP}`, 'com.example.chat': 'token of com.example.chat' });
    const sent = bench.server.last.all('publish').map(({ topic, payload, qos }) => [topic, qos, JSON.parse(payload.toString())]);
    expect(sent[0]).toEqual([
      '$tidings/register', 1, { app: APP, locale: 'de-AT', timeZone: 'Europe/Vienna', tags: ['beta'] },
    ]);
  });

  it('tell which hints were ignored', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'publish') {
        connection.answer('$tidings/registered', { app: APP, token: 't', ignored: ['locale'] });
      }
      return false;
    };
    expect(await device.register(APP, { locale: '??' })).toEqual({ app: APP, token: 't', ignored: ['locale'] });
  });

  it('are sent again over the next connection when theirs is lost', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    const first = bench.server.last;
    bench.server.otherwise = (connection, packet) => connection === first && packet.cmd === 'publish';
    const registered = device.register(APP);
    await settled();
    expect(first.all('publish')).toHaveLength(1);
    first.drop();
    await bench.clock.advance(1_000);
    expect((await registered).token).toBe(`token of ${APP}`);
  });

  it('say why they were refused, and whether to try again', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    let error = '';
    let reasonCode = 0;
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd !== 'publish') {
        return false;
      }
      if (error) {
        connection.answer(packet.topic.endsWith('displayed') ? '$tidings/reported' : '$tidings/registered', { app: APP, error });
      }
      connection.write({ cmd: 'puback', messageId: packet.messageId!, reasonCode });
      return true;
    };
    [error, reasonCode] = ['app: x (expected: one that the device’s credentials name)', 0x87];
    await expect(device.register(APP)).rejects.toMatchObject({
      kind: 'refused', code: 0x87, isWorthRetrying: false, reason: expect.stringContaining('credentials name') as string,
    });
    [error, reasonCode] = ['try again in 12 s: more than 10', 0x97];
    await expect(device.register(APP)).rejects.toMatchObject({ kind: 'try-again', isWorthRetrying: true });
    await expect(device.displayed({ app: APP, id: 'a' })).rejects.toMatchObject({ reason: expect.stringContaining('12 s') as string });
    [error, reasonCode] = ['', 0x99];
    await expect(device.opened({ app: APP, id: 'a' })).rejects.toMatchObject({ kind: 'refused', code: 0x99 });
    await expect(device.unregister(APP)).rejects.toMatchObject({ kind: 'refused' });
  });

  it('join and leave topics and channels', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    await device.join(APP, 'goals');
    await device.leave(APP, 'goals');
    await device.joinChannel(APP, 'c1');
    await device.leaveChannel(APP, 'c1');
    await device.unregister(APP);
    expect(bench.server.last.all('publish').map(({ topic, payload }) => `${topic} ${payload}`)).toEqual([
      `$tidings/subscribe {"app":"${APP}","topic":"goals"}`,
      `$tidings/unsubscribe {"app":"${APP}","topic":"goals"}`,
      `$tidings/subscribe {"app":"${APP}","channel":"c1"}`,
      `$tidings/unsubscribe {"app":"${APP}","channel":"c1"}`,
      `$tidings/unregister {"app":"${APP}"}`,
    ]);
  });

  it('are no more at once than the server allows, nor wait in any number', async () => {
    const bench = new Bench();
    bench.server.connack = { properties: { receiveMaximum: 3 } };
    const device = await bench.connected();
    bench.server.otherwise = (_, packet) => packet.cmd === 'publish';
    const all = Array.from({ length: 300 }, (_, i) => device.displayed({ app: APP, id: String(i) }).catch((failure: unknown) => failure));
    await settled();
    expect(bench.server.last.all('publish')).toHaveLength(3);
    expect(await all[299]).toMatchObject({ kind: 'busy' });
    bench.server.last.write({ cmd: 'puback', messageId: bench.server.last.all('publish')[0]!.messageId!, reasonCode: 0 });
    await settled();
    expect(bench.server.last.all('publish')).toHaveLength(4);
  });

  it('are no more at once than the server allows while some have no PUBACK, though nobody waits for them any more', async () => {
    const bench = new Bench();
    bench.server.connack = { properties: { receiveMaximum: 3 } };
    const device = await bench.connected();
    bench.server.otherwise = (_, packet) => packet.cmd === 'publish';
    const ask = (id: string): Promise<unknown> => device.displayed({ app: APP, id }).catch((failure: unknown) => failure);
    const before = ['a', 'b', 'c'].map(ask);
    await bench.clock.advance(30_000);
    expect(await Promise.all(before)).toMatchObject(Array(3).fill({ kind: 'timeout' }));
    const late = ask('d');
    await settled();
    const { last } = bench.server;
    expect(last.all('publish')).toHaveLength(3);
    last.answer('$tidings/reported', { error: 'id: none of this device' });
    last.write({ cmd: 'puback', messageId: last.all('publish')[0]!.messageId!, reasonCode: 0x83 });
    await settled();
    expect(last.all('publish').map(({ payload }) => JSON.parse(payload.toString()).id)).toEqual(['a', 'b', 'c', 'd']);
    last.write({ cmd: 'puback', messageId: last.all('publish')[3]!.messageId!, reasonCode: 0 });
    expect(await late).toBeUndefined();
  });

  it('that nobody waits for any more are not sent again over the next connection', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (_, packet) => packet.cmd === 'publish';
    const ask = device.displayed({ app: APP, id: 'a' }).catch((failure: unknown) => failure);
    await bench.clock.advance(30_000);
    expect(await ask).toMatchObject({ kind: 'timeout' });
    bench.server.last.drop();
    await bench.clock.advance(1_000);
    expect(bench.states.at(-1)).toBe('connected');
    expect(bench.server.last.all('publish')).toEqual([]);
  });

  it('that are larger than the server takes fail, and the connection stays', async () => {
    const bench = new Bench();
    bench.server.connack = { properties: { maximumPacketSize: 200, receiveMaximum: 1 } };
    const device = await bench.connected();
    const tooLarge = device.register(APP, { tags: ['x'.repeat(200)] });
    const others = [device.register(APP), device.join(APP, 'goals')];
    await expect(tooLarge).rejects.toMatchObject({ kind: 'refused', code: 0x95 });
    await Promise.all(others);
    expect(bench.server.last.all('publish').map(({ topic }) => topic)).toEqual(['$tidings/register', '$tidings/subscribe']);
    expect(bench.states).toEqual(['connected']);
  });

  it('fail when there is no answer in time, or the device is closed', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (_, packet) => packet.cmd === 'publish';
    const late = device.register(APP).catch((failure: unknown) => failure);
    await bench.clock.advance(30_000);
    expect(await late).toMatchObject({ kind: 'timeout', isWorthRetrying: true });
    const open = device.register(APP).catch((failure: unknown) => failure);
    await settled();
    device.close();
    expect(await open).toMatchObject({ kind: 'closed' });
  });

  it('send nothing more when the device is closed', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (_, packet) => packet.cmd === 'publish';
    const all = Array.from({ length: 30 }, () => device.register(APP).catch((failure: unknown) => failure));
    await settled();
    device.close();
    await settled();
    expect(await Promise.all(all)).toMatchObject(Array(30).fill({ kind: 'closed' }));
    expect(bench.server.last.all('publish')).toHaveLength(8);
  });

  it('replay: resolve with its end', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    const ended = device.replay({ since: 0, app: APP });
    await settled();
    expect(bench.server.last.all('publish').at(-1)!.payload.toString()).toBe(`{"since":0,"app":"${APP}"}`);
    await expect(device.replay({ since: 0 })).rejects.toMatchObject({ kind: 'busy' });
    bench.server.last.answer('$tidings/replayed', { end: 'complete', count: 2, cursor: 'c9', cut: true, skipped: 1 });
    expect(await ended).toEqual({ end: 'complete', count: 2, cursor: 'c9', cut: true, skipped: 1 });
  });

  it('replay: fail with where to go on when the connection is lost', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    const ended = device.replay({ since: 0 }).catch((failure: unknown) => failure);
    await settled();
    bench.server.last.push(1, 'a', { dup: true, user: { replayed: 'c7' } });
    await settled();
    bench.server.last.drop();
    expect(await ended).toMatchObject({ kind: 'connection-lost', cursor: 'c7', isWorthRetrying: true });
    await bench.clock.advance(1_000);
    const again = device.replay({ since: 'c7' });
    await settled();
    bench.server.last.answer('$tidings/replayed', { end: 'complete', count: 0, cursor: 'c7', cut: false });
    expect(await again).toMatchObject({ end: 'complete' });
  });

  it('replay: fail where it begins with the last bytes of a connection, and leave room for another', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'publish') {
        bench.server.otherwise = () => false;
        const acknowledgement = generate({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 }, { protocolVersion: 5 });
        const farewell = generate({ cmd: 'disconnect', reasonCode: 0x8b }, { protocolVersion: 5 });
        connection.bytes(Buffer.concat([acknowledgement, farewell]));
      }
      return packet.cmd === 'publish';
    };
    await expect(device.replay({ since: 0 })).rejects.toMatchObject({ kind: 'connection-lost' });
    await bench.clock.advance(1_000);
    const again = device.replay({ since: 0 });
    await settled();
    bench.server.last.answer('$tidings/replayed', { end: 'complete', count: 0, cursor: 'c1', cut: false });
    expect(await again).toMatchObject({ end: 'complete' });
  });

  it('replay: say why it does not begin', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'publish') {
        connection.answer('$tidings/replayed', { error: 'try again: one is running' });
        connection.write({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0x97 });
      }
      return packet.cmd === 'publish';
    };
    await expect(device.replay({ since: 0 })).rejects.toMatchObject({ kind: 'try-again' });
    await expect(device.replay({ since: 0 })).rejects.toMatchObject({ kind: 'try-again' });
  });
});
