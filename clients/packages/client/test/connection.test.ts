import { describe, expect, it } from 'vitest';
import { backoffDelay, DEFAULT_BACKOFF } from '../src/connection/backoff.js';
import { Bench } from './fakes/bench.js';
import { settled } from './fakes/manual-clock.js';

describe('the connection', () => {
  it('says what a device says: its serial, that it takes redirects, how much it takes at once', async () => {
    const bench = new Bench();
    await bench.connected();
    expect(bench.server.last.all('connect')).toMatchObject([
      {
        clientId: 'phone-1',
        clean: false,
        keepalive: 60,
        properties: {
          sessionExpiryInterval: 3_600,
          receiveMaximum: 64,
          maximumPacketSize: 262_144,
          userProperties: { 'tidings-redirect': 'accept' },
        },
      },
    ]);
    expect(bench.server.last.all('subscribe')).toMatchObject([{ subscriptions: [{ topic: 'tidings/#', qos: 1 }] }]);
  });

  it('waits a random time up to a bound that doubles', () => {
    const most = [0, 1, 2, 7, 60].map((attempt) => backoffDelay(DEFAULT_BACKOFF, attempt, () => 0.999_999_999));
    expect(most).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
    expect(backoffDelay(DEFAULT_BACKOFF, 7, () => 0)).toBe(0);
  });

  it('comes back after it is lost, later and later', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.isReachable = false;
    bench.server.last.drop();
    await bench.clock.advance(100_000);
    const delays = bench.changes.flatMap((change) => (change.state === 'lost' ? [change.retryIn] : []));
    expect(delays.slice(0, 5)).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(Math.max(...delays)).toBe(30_000);

    bench.server.isReachable = true;
    await bench.clock.advance(60_000);
    expect(bench.states.at(-1)).toBe('connected');
    expect(bench.server.last.all('subscribe')).toHaveLength(1);
  });

  it('begins with short delays again only after a connection that lasted', async () => {
    const bench = new Bench();
    await bench.connected();
    const lose = async (): Promise<number> => {
      bench.server.last.drop();
      const change = bench.changes.at(-1)!;
      await bench.clock.advance(40_000);
      return change.state === 'lost' ? change.retryIn : -1;
    };
    bench.server.last.drop();
    await bench.clock.advance(300);
    bench.server.last.drop();
    expect(bench.changes.at(-1)).toMatchObject({ retryIn: 500 });
    await bench.clock.advance(30_000);
    expect(await lose()).toBe(250);
  });

  it('connects at once when the page comes back, but not more than once a second', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.isReachable = false;
    bench.jitter = 0.99;
    bench.server.last.drop();
    await bench.clock.advance(100_000);
    const before = bench.server.connections.length;
    bench.server.isReachable = true;
    await bench.clock.advance(1_000);
    expect(bench.states.at(-1)).toBe('lost');
    bench.wake();
    bench.wake();
    await settled();
    expect(bench.server.connections).toHaveLength(before + 1);
    expect(bench.states.at(-1)).toBe('connected');
  });

  it('connects at once when the page comes back though the clock was set back meanwhile', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x8e });
    await settled();
    bench.clock.leap(-3_600_000);
    bench.wake();
    await settled();
    expect(bench.states.at(-1)).toBe('connected');
  });

  it('tries again after a while where the platform opens no connection, and says why', async () => {
    const bench = new Bench();
    const { transport } = bench.platform;
    let isAllowed = false;
    const open: typeof transport.open = (url, events) => {
      if (!isAllowed) {
        throw new Error('The operation is insecure.');
      }
      return transport.open(url, events);
    };
    const device = bench.device({}, {}, { transport: { open } });
    const connected = device.connect();
    await settled();
    expect(bench.changes).toEqual([{ state: 'lost', reason: 'The operation is insecure.', retryIn: 250 }]);
    isAllowed = true;
    await bench.clock.advance(250);
    await connected;
    expect(bench.states.at(-1)).toBe('connected');
  });

  it('finds out whether an open line still carries anything when the page comes back', async () => {
    const bench = new Bench();
    await bench.connected();
    const first = bench.server.last;
    bench.server.otherwise = (connection, packet) => connection === first && packet.cmd === 'pingreq';
    bench.wake();
    await settled();
    expect(first.all('pingreq')).toHaveLength(1);
    await bench.clock.advance(10_300);
    expect(first.isClosed).toBe(true);
    expect(bench.states).toEqual(['connected', 'lost', 'connected']);
  });

  it('checks a silent line twice in the keep-alive, by that of the server if it has one', async () => {
    const bench = new Bench();
    bench.server.connack = { properties: { serverKeepAlive: 20 } };
    await bench.connected();
    await bench.clock.advance(30_500);
    expect(bench.server.last.all('pingreq')).toHaveLength(3);
    expect(bench.states).toEqual(['connected']);
  });

  it('checks by its own keep-alive where the server has none', async () => {
    const bench = new Bench();
    bench.server.connack = { properties: { serverKeepAlive: 0 } };
    await bench.connected();
    await bench.clock.advance(61_000);
    expect(bench.server.last.all('pingreq')).toHaveLength(2);
  });

  it('gives up an attempt that takes too long', async () => {
    const bench = new Bench();
    bench.server.otherwise = (_, packet) => packet.cmd === 'connect';
    void bench.device({ connectTimeout: 5_000 }).connect();
    await bench.clock.advance(5_000);
    expect(bench.changes).toMatchObject([{ state: 'lost', reason: 'no connection in time' }]);
    expect(bench.server.connections[0]!.isClosed).toBe(true);
  });

  it('gives up an attempt of before the page was suspended when it comes back, and makes another at once', async () => {
    const bench = new Bench();
    bench.server.otherwise = (_, packet) => packet.cmd === 'connect';
    void bench.device().connect();
    await settled();
    bench.wake();
    await settled();
    expect(bench.server.connections).toHaveLength(1);
    bench.clock.leap(60_000);
    bench.server.otherwise = () => false;
    bench.wake();
    await settled();
    expect(bench.server.connections.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(bench.states).toEqual(['lost', 'connected']);
  });

  it('tries the next server after a failure, and the same once more after a loss', async () => {
    const bench = new Bench();
    bench.server.isReachable = false;
    const device = bench.device({ servers: ['ws://one/mqtt', 'ws://two/mqtt'] });
    void device.connect();
    await bench.clock.advance(400);
    bench.server.isReachable = true;
    await bench.clock.advance(1_000);
    bench.server.last.drop();
    await bench.clock.advance(2_000);
    expect(bench.server.connections.map(({ url }) => url)).toEqual([
      'ws://one/mqtt', 'ws://two/mqtt', 'ws://one/mqtt', 'ws://one/mqtt',
    ].slice(0, bench.server.connections.length));
    expect(bench.states.at(-1)).toBe('connected');
  });

  it('goes to the server that another names, at once, and stays within TLS', async () => {
    const bench = new Bench();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd !== 'connect' || connection.url.includes('owner')) {
        return false;
      }
      connection.write({
        cmd: 'connack', sessionPresent: false, reasonCode: 0x9c,
        properties: { serverReference: 'not-an-address owner:8084' },
      });
      return true;
    };
    void bench.device({ servers: 'wss://one:8084/mqtt' }).connect();
    await bench.clock.advance(0);
    await settled();
    expect(bench.server.connections.map(({ url }) => url)).toEqual(['wss://one:8084/mqtt', 'wss://owner:8084/mqtt']);
    expect(bench.changes).toMatchObject([{ state: 'lost', retryIn: 0 }, { state: 'connected' }]);
  });

  it('waits before it follows an inbox that has moved, for many move at once', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x9d, properties: { serverReference: '[::1]:18083' } });
    await settled();
    expect(bench.changes.at(-1)).toMatchObject({ state: 'lost', retryIn: 250 });
    await bench.clock.advance(250);
    expect(bench.server.last.url).toBe('ws://[::1]:18083/mqtt');
    bench.server.last.drop();
    await bench.clock.advance(1_000);
    expect(bench.server.last.url).toBe('ws://one:8083/mqtt');
  });

  it.each([
    ['wss://owner:8084/mqtt', 'wss://owner:8084/mqtt'],
    ['owner:8084', 'wss://owner:8084/mqtt'],
    ['ws://owner:8083/mqtt wss://other:8084/other', 'wss://other:8084/other'],
    ['ws://owner:8083/mqtt', 'wss://two:8084/mqtt'],
    ['wss://owner/mqtt http://owner:80 wss://owner:99999/mqtt', 'wss://two:8084/mqtt'],
  ])('follows what a server within TLS refers to as %s to %s', async (serverReference, url) => {
    const bench = new Bench();
    bench.server.otherwise = (connection, packet) => {
      const isFirst = packet.cmd === 'connect' && bench.server.connections.length === 1;
      if (isFirst) {
        connection.write({ cmd: 'connack', sessionPresent: false, reasonCode: 0x9c, properties: { serverReference } });
      }
      return isFirst;
    };
    const device = bench.device({ servers: ['wss://one:8084/mqtt', 'wss://two:8084/mqtt'] });
    const connected = device.connect();
    await bench.clock.advance(60_000);
    await connected;
    expect(bench.server.last.url).toBe(url);
  });

  it('waits longer where servers redirect it to and fro', async () => {
    const bench = new Bench();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'connect') {
        connection.write({ cmd: 'connack', sessionPresent: false, reasonCode: 0x9c, properties: { serverReference: 'x:1' } });
      }
      return true;
    };
    void bench.device().connect();
    await bench.clock.advance(10_000);
    expect(bench.server.connections.length).toBeLessThan(8);
  });

  it('leaves the device to the connection that took it over, until the page comes back', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x8e });
    await bench.clock.advance(600_000);
    expect(bench.states).toEqual(['connected', 'taken-over']);
    bench.wake();
    await settled();
    expect(bench.states).toEqual(['connected', 'taken-over', 'connected']);
  });

  it('ends where it is refused for good, and fails what waits', async () => {
    const bench = new Bench();
    bench.server.connack = { reasonCode: 0x87 };
    const device = bench.device();
    const registered = device.register('com.example.news');
    await expect(device.connect()).rejects.toMatchObject({ name: 'TidingsError', kind: 'refused', isWorthRetrying: false });
    await expect(registered).rejects.toMatchObject({ kind: 'closed' });
    await expect(device.register('com.example.news')).rejects.toMatchObject({ kind: 'refused' });
    await bench.clock.advance(600_000);
    expect(bench.server.connections).toHaveLength(1);
    expect(bench.states).toEqual(['ended']);
  });

  it('disconnects when it is closed, and stays so', async () => {
    const bench = new Bench();
    const device = await bench.connected();
    device.close();
    device.close();
    expect(bench.server.last.all('disconnect')).toMatchObject([{ reasonCode: 0 }]);
    bench.wake();
    await bench.clock.advance(600_000);
    expect(bench.server.connections).toHaveLength(1);
    expect(bench.states).toEqual(['connected', 'ended']);
  });

  it('refuses options that make no sense, and says which', () => {
    const bench = new Bench();
    expect(() => bench.device({ servers: [] })).toThrow('servers:');
    expect(() => bench.device({ servers: 'http://one' })).toThrow('servers: http://one (expected: ws:// or wss:// addresses)');
    expect(() => bench.device({ serial: '' })).toThrow('serial:');
    expect(() => bench.device({ receiveMaximum: 0 })).toThrow('receiveMaximum: 0 (expected: 1..65535)');
    expect(() => bench.device({ backoff: { base: 0, cap: 1 } })).toThrow('backoff:');
    expect(() => bench.device({ password: 'secret', tokens: () => 'x' })).toThrow(/^(?!.*secret)/);
  });
});
