import { describe, expect, it } from 'vitest';
import type { ReceivedNotification } from '../src/index.js';
import { memoryStorage } from '../src/index.js';
import { Bench } from './fakes/bench.js';
import { settled } from './fakes/manual-clock.js';

/** A handler that ends when the test says so. */
function heldHandler() {
  const calls: { notification: ReceivedNotification; resolve(): void; reject(failure: Error): void }[] = [];
  return {
    calls,
    onNotification: (notification: ReceivedNotification) =>
      new Promise<void>((resolve, reject) => calls.push({ notification, resolve, reject })),
  };
}

describe('receiving', () => {
  it('confirms a notification only after the promise of the handler has resolved', async () => {
    const bench = new Bench();
    const handler = heldHandler();
    await bench.connected({}, handler);
    bench.server.last.push(1, 'a');
    await settled();
    expect(handler.calls).toHaveLength(1);
    expect(bench.server.last.confirmed).toEqual([]);

    handler.calls[0]!.resolve();
    await settled();
    expect(bench.server.last.confirmed).toEqual([1]);
  });

  it('handles one notification after the other, in order', async () => {
    const bench = new Bench();
    const handler = heldHandler();
    await bench.connected({}, handler);
    ['a', 'b', 'c'].forEach((id, i) => bench.server.last.push(i + 1, id));
    for (let i = 0; i < 3; i++) {
      await settled();
      expect(handler.calls).toHaveLength(i + 1);
      handler.calls[i]!.resolve();
    }
    await settled();
    expect(handler.calls.map(({ notification }) => notification.id)).toEqual(['a', 'b', 'c']);
    expect(bench.server.last.confirmed).toEqual([1, 2, 3]);
  });

  it('gives the payload, the properties and whether it was sent before', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.push(1, 'a', { payload: '{"aps":{"alert":"schön"}}', dup: true, user: { 'apns-priority': '5' } });
    await settled();
    expect(bench.received).toEqual([
      {
        id: 'a',
        app: 'com.example.news',
        payload: '{"aps":{"alert":"schön"}}',
        properties: { 'apns-id': 'a', 'apns-priority': '5' },
        repeated: true,
      },
    ]);
  });

  it('drops what it has confirmed before, also after a reload, and confirms it', async () => {
    const storage = memoryStorage();
    const before = new Bench(storage);
    const device = await before.connected();
    before.server.last.push(1, 'a');
    before.server.last.push(2, 'a');
    await settled();
    expect(before.ids).toEqual(['a']);
    expect(before.server.last.confirmed).toEqual([1, 2]);
    device.close();

    const after = new Bench(storage);
    await after.connected();
    after.server.last.push(1, 'a', { dup: true });
    after.server.last.push(2, 'b');
    after.server.last.push(3, 'a', { app: 'com.example.other' });
    await settled();
    expect(after.received.map(({ app, id }) => `${app}/${id}`)).toEqual(['com.example.news/b', 'com.example.other/a']);
    expect(after.server.last.confirmed).toEqual([1, 2, 3]);
  });

  it('calls a handler that fails again, then gives the notification up, tells so, and goes on', async () => {
    const bench = new Bench();
    const tries: string[] = [];
    const givenUp: [string, string][] = [];
    await bench.connected(
      {},
      {
        onNotification({ id }) {
          tries.push(id);
          if (id === 'bad') {
            throw new Error(`no ${tries.length}`);
          }
        },
        onGivenUp: ({ id }, failure) => void givenUp.push([id, (failure as Error).message]),
      },
    );
    bench.server.last.push(1, 'bad');
    bench.server.last.push(2, 'good');
    await settled();
    expect(tries).toEqual(['bad']);
    expect(bench.server.last.confirmed).toEqual([]);

    await bench.clock.advance(20_000);
    expect(tries).toEqual(['bad', 'bad', 'bad', 'bad', 'bad', 'good']);
    expect(givenUp).toEqual([['bad', 'no 5']]);
    expect(bench.server.last.confirmed).toEqual([1, 2]);
  });

  it('counts the failures of a notification over connections', async () => {
    const bench = new Bench();
    let tries = 0;
    await bench.connected({}, { onNotification: () => Promise.reject(new Error(`try ${++tries}`)) });
    for (let i = 1; i <= 5; i++) {
      bench.server.last.push(1, 'bad', { dup: i > 1 });
      await settled();
      expect(tries).toBe(i);
      if (i < 5) {
        bench.server.last.drop();
        bench.wake();
        await bench.clock.advance(2_000);
        bench.wake();
        await settled();
      }
    }
    expect(bench.server.last.confirmed).toEqual([1]);
    expect(bench.problems).toHaveLength(1);
  });

  it('takes a handler that does not end for one that fails', async () => {
    const bench = new Bench();
    const handler = heldHandler();
    await bench.connected({ handlerTimeout: 1_000 }, handler);
    bench.server.last.push(1, 'stuck');
    bench.server.last.push(2, 'next');
    await bench.clock.advance(60_000);
    expect(handler.calls.map(({ notification }) => notification.id).slice(0, 6)).toEqual([
      'stuck', 'stuck', 'stuck', 'stuck', 'stuck', 'next',
    ]);
    expect(bench.server.last.confirmed).toContain(1);
  });

  it('only confirms the repetition of what is being handled when the connection is lost', async () => {
    const bench = new Bench();
    const handler = heldHandler();
    await bench.connected({}, handler);
    bench.server.last.push(1, 'a');
    bench.server.last.push(2, 'b');
    await settled();
    const first = bench.server.last;
    first.drop();
    await bench.clock.advance(1_000);
    expect(bench.server.connections).toHaveLength(2);
    bench.server.last.push(1, 'a', { dup: true });
    bench.server.last.push(2, 'b', { dup: true });
    handler.calls[0]!.resolve();
    await settled();
    handler.calls[1]!.resolve();
    await settled();
    expect(handler.calls.map(({ notification }) => notification.id)).toEqual(['a', 'b']);
    expect(first.confirmed).toEqual([]);
    expect(bench.server.last.confirmed).toEqual([1, 2]);
  });

  it('tells of a withdrawal, and confirms it', async () => {
    const bench = new Bench();
    const withdrawn: unknown[] = [];
    await bench.connected({}, { onWithdrawn: (withdrawal) => void withdrawn.push(withdrawal) });
    bench.server.last.push(1, 'withdraw-a', { payload: '{"withdraw":"a"}' });
    await settled();
    expect(withdrawn).toEqual([{ id: 'a', app: 'com.example.news' }]);
    expect(bench.received).toEqual([]);
    expect(bench.server.last.confirmed).toEqual([1]);
  });

  it('hands on what is replayed though it was confirmed before', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.push(1, 'a');
    bench.server.last.push(2, 'a', { dup: true, user: { replayed: 'c7' } });
    await settled();
    expect(bench.received.map(({ id, replayed }) => [id, replayed])).toEqual([['a', undefined], ['a', 'c7']]);
    expect(bench.server.last.confirmed).toEqual([1, 2]);
  });

  it('disconnects a server that sends more than the receive maximum', async () => {
    const bench = new Bench();
    await bench.connected({ receiveMaximum: 2 }, heldHandler());
    const { last } = bench.server;
    [1, 2, 3].forEach((id) => last.push(id, `n${id}`));
    await settled();
    expect(last.all('disconnect')).toMatchObject([{ reasonCode: 0x93 }]);
    expect(bench.states).toEqual(['connected', 'lost']);
  });

  it('disconnects a server that sends no MQTT', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.bytes(Uint8Array.of(0x00, 0x00));
    await settled();
    expect(bench.server.last.all('disconnect')).toMatchObject([{ reasonCode: 0x81 }]);
    expect(bench.states).toEqual(['connected', 'lost']);
  });

  it('confirms and leaves what is no notification', async () => {
    const bench = new Bench();
    await bench.connected();
    bench.server.last.write({
      cmd: 'publish', topic: 'elsewhere', payload: 'x', qos: 1, dup: false, retain: false, messageId: 5,
    });
    await settled();
    expect(bench.received).toEqual([]);
    expect(bench.server.last.confirmed).toEqual([5]);
  });

  it('goes on in memory where the storage fails, and says so', async () => {
    const bench = new Bench({
      get: () => null,
      set() {
        throw new Error('quota exceeded');
      },
      remove: () => undefined,
    });
    await bench.connected();
    bench.server.last.push(1, 'a');
    bench.server.last.push(2, 'a');
    await settled();
    expect(bench.ids).toEqual(['a']);
    expect(bench.server.last.confirmed).toEqual([1, 2]);
    expect(bench.problems).toMatchObject([{ message: 'quota exceeded' }]);
  });
});
