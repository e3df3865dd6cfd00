import { describe, expect, it } from 'vitest';
import { type Device, type DeviceOptions, type NotificationListener, openDevice, type ReceivedNotification, SharedDevice } from '../src/index.js';
import { APP, Bench } from './fakes/bench.js';
import { FakeBrowser, type FakeTab } from './fakes/fake-tabs.js';
import { settled } from './fakes/manual-clock.js';

class Tab {
  readonly received: string[] = [];
  readonly problems: unknown[] = [];
  readonly withdrawn: string[] = [];
  readonly states: string[] = [];
  readonly device: SharedDevice;
  readonly place: FakeTab;

  constructor(
    bench: Bench,
    browser: FakeBrowser,
    listener: Partial<NotificationListener> = {},
    options: Partial<DeviceOptions> = {},
  ) {
    this.place = browser.tab();
    this.device = openDevice(
      { servers: 'ws://one/mqtt', serial: 'phone-1', apps: [APP], ...options },
      {
        onNotification: ({ id }: ReceivedNotification) => void this.received.push(id),
        onWithdrawn: ({ id }) => void this.withdrawn.push(id),
        ...listener,
      },
      { ...bench.platform, tabs: this.place },
      {
        onProblem: (failure) => this.problems.push(failure),
        onConnectionChange: ({ state }) => this.states.push(state),
      },
    ) as SharedDevice;
  }
}

/** What the device has told at its last registration. */
function registered(bench: Bench): unknown {
  const requests = bench.server.connections.flatMap((each) => each.all('publish'));
  return JSON.parse(requests.filter(({ topic }) => topic === '$tidings/register').at(-1)!.payload.toString());
}

async function three() {
  const bench = new Bench();
  const browser = new FakeBrowser();
  const tabs = [new Tab(bench, browser), new Tab(bench, browser), new Tab(bench, browser)] as const;
  const tokens = await Promise.all(tabs.map(({ device }) => device.connect()));
  return { bench, tabs, tokens };
}

describe('tabs', () => {
  it('have one connection among them, and each gets its tokens', async () => {
    const { bench, tabs, tokens } = await three();
    expect(bench.server.connections).toHaveLength(1);
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([true, false, false]);
    expect(tokens).toEqual(Array(3).fill({ [APP]: `token of ${APP}` }));
  });

  it('all get what the one with the connection has handled, and that confirms', async () => {
    const { bench, tabs } = await three();
    bench.server.last.push(1, 'a');
    bench.server.last.push(2, 'withdraw-a');
    await settled();
    expect(tabs.map(({ received }) => received)).toEqual([['a'], ['a'], ['a']]);
    expect(tabs.map(({ withdrawn }) => withdrawn)).toEqual([['a'], ['a'], ['a']]);
    expect(bench.server.last.confirmed).toEqual([1, 2]);
  });

  it('go on when the one with the connection is closed: another connects, nothing comes twice', async () => {
    const { bench, tabs } = await three();
    bench.server.last.push(1, 'a');
    await settled();
    tabs[0].device.close();
    await settled();
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([false, true, false]);
    expect(bench.server.connections).toHaveLength(2);
    expect(bench.server.connections[0]!.isClosed).toBe(true);
    bench.server.last.push(1, 'a', { dup: true });
    bench.server.last.push(2, 'b');
    await settled();
    expect(tabs.map(({ received }) => received)).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
  });

  it('hear of no end when only the one with the connection is closed', async () => {
    const { tabs } = await three();
    tabs[0].device.close();
    await settled();
    expect(tabs[0].states).toEqual(['connected', 'ended']);
    expect(tabs[1].states).toEqual(['connected', 'connected']);
    expect(tabs[2].states).toEqual(['connected', 'connected']);
  });

  it('repeat a request whose tab has gone to the next one', async () => {
    const { bench, tabs } = await three();
    bench.server.otherwise = (connection, packet) => packet.cmd === 'publish' && connection === bench.server.connections[0];
    const joined = tabs[2].device.join(APP, 'goals');
    await settled();
    tabs[0].device.close();
    await expect(joined).resolves.toBeUndefined();
  });

  it('are answered once where they ask again because they hear only then who has the connection', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    const tab = new Tab(bench, browser, {}, { apps: [] });
    await tab.device.connect();
    const answers: unknown[] = [];
    const [name] = browser.channels.keys();
    const other = browser.tab().channel(name!, (message) => {
      if ((message as { tidings: string }).tidings === 'answer') {
        answers.push(message);
      }
    });
    const ask = { tidings: 'ask', from: 'other', number: 1, request: 'replay', args: [{ since: 0 }] };
    other.post(ask);
    other.post(ask);
    await settled();
    expect(bench.server.last.all('publish')).toHaveLength(1);
    expect(answers).toEqual([]);
    bench.server.last.answer('$tidings/replayed', { end: 'complete', count: 0, cursor: 'c1', cut: false });
    await settled();
    expect(answers[0]).toMatchObject({ to: 'other', number: 1, value: { end: 'complete' } });
  });

  it('get errors as they are from the one with the connection', async () => {
    const { bench, tabs } = await three();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'publish') {
        connection.write({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0x97 });
      }
      return packet.cmd === 'publish';
    };
    await expect(tabs[1].device.opened({ id: 'a', app: APP })).rejects.toMatchObject({
      name: 'TidingsError', kind: 'try-again', code: 0x97, isWorthRetrying: true,
    });
  });

  it('tell of a handler that fails where nothing is confirmed, and go on', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    const one = new Tab(bench, browser);
    const other = new Tab(bench, browser, { onNotification: () => Promise.reject(new Error('broken page')) });
    await Promise.all([one.device.connect(), other.device.connect()]);
    bench.server.last.push(1, 'a');
    await settled();
    expect(bench.server.last.confirmed).toEqual([1]);
    expect(other.problems).toMatchObject([{ message: 'broken page' }]);
  });

  it('wake the one with the connection when another is looked at', async () => {
    const { bench } = await three();
    bench.wake();
    await settled();
    expect(bench.server.last.all('pingreq')).toHaveLength(1);
  });

  it('end all where the device is refused', async () => {
    const bench = new Bench();
    bench.server.connack = { reasonCode: 0x85 };
    const browser = new FakeBrowser();
    const devices: Device[] = [new Tab(bench, browser).device, new Tab(bench, browser).device];
    const ends = await Promise.allSettled(devices.map((device) => device.connect()));
    expect(ends).toMatchObject([{ reason: { kind: 'refused' } }, { reason: { kind: 'refused' } }]);
  });

  it('register with what each of them tells of the device', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    const [one, other] = [
      new Tab(bench, browser, {}, { locale: 'de', tags: ['beta'] }),
      new Tab(bench, browser, {}, { locale: 'fr' }),
    ];
    await one.device.connect();
    expect(registered(bench)).toEqual({ app: APP, locale: 'de', tags: ['beta'] });
    await other.device.connect();
    expect(bench.server.connections).toHaveLength(1);
    expect(registered(bench)).toEqual({ app: APP, locale: 'fr' });
    await other.device.register(APP, { locale: 'it' });
    expect(registered(bench)).toEqual({ app: APP, locale: 'it' });
  });

  it('of another user have a connection of their own', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    await new Tab(bench, browser, {}, { user: 'anna' }).device.connect();
    await new Tab(bench, browser, {}, { user: 'bob' }).device.connect();
    expect(bench.server.connections).toHaveLength(2);
    expect(registered(bench)).toEqual({ app: APP, user: 'bob' });
  });

  it('go on with what the next one was opened with where the one with the connection is refused', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    const [one, waiting, fresh] = ['expired', 'valid', 'newest'].map(
      (password) => new Tab(bench, browser, {}, { password }),
    ) as [Tab, Tab, Tab];
    await Promise.all([one.device.connect(), waiting.device.connect()]);
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x87 });
    await settled();
    expect(one.states).toEqual(['connected', 'ended']);
    expect(waiting.states).toEqual(['connected', 'connected']);
    expect(bench.server.last.all('connect')).toMatchObject([{ password: Buffer.from('valid') }]);
    await expect(fresh.device.connect()).resolves.toEqual({ [APP]: `token of ${APP}` });
    await expect(one.device.join(APP, 'goals')).rejects.toMatchObject({ kind: 'refused' });
    waiting.device.close();
    await settled();
    expect(bench.server.last.all('connect')).toMatchObject([{ password: Buffer.from('newest') }]);
  });

  it('repeat a request of another tab with the next one where the one with the connection is refused', async () => {
    const { bench, tabs } = await three();
    bench.server.otherwise = (connection, packet) => packet.cmd === 'publish' && connection === bench.server.connections[0];
    const joined = tabs[2].device.join(APP, 'goals');
    await settled();
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x87 });
    await expect(joined).resolves.toBeUndefined();
  });

  it('do not get again what was still being handled when its tab was closed', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    let handled: () => void = () => undefined;
    const one = new Tab(bench, browser, { onNotification: () => new Promise((resolve) => (handled = resolve)) });
    const other = new Tab(bench, browser);
    await Promise.all([one.device.connect(), other.device.connect()]);
    bench.server.last.push(1, 'a');
    await settled();
    one.device.close();
    handled();
    await settled();
    bench.server.last.push(1, 'a', { dup: true });
    await settled();
    expect(other.received).toEqual([]);
    expect(bench.server.last.confirmed).toEqual([1]);
    expect(one.problems).toEqual([]);
  });

  it('take what a page has made reactive to the one with the connection', async () => {
    const { bench, tabs } = await three();
    await tabs[1].device.register(APP, { tags: new Proxy(['beta'], {}) });
    expect(registered(bench)).toEqual({ app: APP, tags: ['beta'] });
  });

  it('that are looked at connect instead of one that is suspended, which leaves its requests to them when it is back', async () => {
    const { bench, tabs } = await three();
    tabs[0].place.suspend();
    tabs[1].place.isShown = false;
    bench.wake();
    await bench.clock.advance(4_999);
    expect(bench.server.connections).toHaveLength(1);
    await bench.clock.advance(1);
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([true, false, true]);
    bench.server.otherwise = (connection, packet) => packet.cmd === 'publish' && connection === bench.server.connections[0];
    const joined = tabs[0].device.join(APP, 'goals');
    bench.server.last.push(1, 'a');
    await settled();
    tabs[0].place.resume();
    await expect(joined).resolves.toBeUndefined();
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([false, false, true]);
    expect(bench.server.connections.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(tabs[0].states).toEqual(['connected', 'connected']);
    expect(tabs.map(({ received }) => received)).toEqual([['a'], ['a'], ['a']]);
    tabs[2].device.close();
    await settled();
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([false, true, false]);
  });

  it('of different users, as their tokens name them, have different connections', async () => {
    const jwt = (user: string) => `e30.${btoa(JSON.stringify({ sub: 'phone-1', user }))}.c2ln`;
    for (const options of [(user: string) => ({ password: jwt(user) }), (user: string) => ({ tokens: async () => jwt(user) })]) {
      const bench = new Bench();
      const browser = new FakeBrowser();
      const tabs = ['anna', 'bob', 'bob'].map((user) => new Tab(bench, browser, {}, options(user)));
      await Promise.all(tabs.map(({ device }) => device.connect()));
      expect(tabs.map(({ device }) => device.isLeading)).toEqual([true, true, false]);
    }
  });

  it('whose supplier failed once share the connection of the others even so', async () => {
    const bench = new Bench();
    const browser = new FakeBrowser();
    const jwt = `e30.${btoa(JSON.stringify({ sub: 'phone-1', user: 'anna' }))}.c2ln`;
    let failures = 1;
    const first = new Tab(bench, browser, {}, { tokens: async () => (failures-- > 0 ? Promise.reject(new Error('503')) : jwt) });
    const second = new Tab(bench, browser, {}, { tokens: async () => jwt });
    const connected = Promise.all([first.device.connect(), second.device.connect()]);
    await settled();
    await bench.clock.advance(10_000);
    await connected;
    expect([first.device.isLeading, second.device.isLeading]).toEqual([false, true]);
    expect(first.problems).toHaveLength(1);
  });

  it('whose supplier has no token yet connect once it has', async () => {
    const bench = new Bench();
    let has = false;
    const tokens = async () => {
      if (!has) {
        throw new Error('signed out');
      }
      return 'a token';
    };
    const tab = new Tab(bench, new FakeBrowser(), {}, { tokens });
    const connected = tab.device.connect();
    await settled();
    has = true;
    await bench.clock.advance(60_000);
    await expect(connected).resolves.toEqual({ [APP]: `token of ${APP}` });
  });

  it('that are closed before they have a token never connect', async () => {
    const bench = new Bench();
    let supply: (token: string) => void = () => undefined;
    const tab = new Tab(bench, new FakeBrowser(), {}, { tokens: () => new Promise((resolve) => (supply = resolve)) });
    const connected = tab.device.connect();
    await settled();
    tab.device.close();
    supply('a token');
    await expect(connected).rejects.toMatchObject({ kind: 'closed' });
    expect(bench.server.connections).toHaveLength(0);
  });

  it('leave the connection to one that answers', async () => {
    const { bench, tabs } = await three();
    bench.wake();
    await bench.clock.advance(20_000);
    expect(tabs.map(({ device }) => device.isLeading)).toEqual([true, false, false]);
    expect(bench.server.connections).toHaveLength(1);
  });

  it('that are opened while the one with the connection is suspended connect themselves', async () => {
    const { bench, tabs } = await three();
    tabs.forEach(({ place }) => {
      place.suspend();
      place.isShown = false;
    });
    const browser = tabs[0].place.browser;
    const fresh = new Tab(bench, browser);
    const tokens = fresh.device.connect();
    await bench.clock.advance(5_000);
    await expect(tokens).resolves.toEqual({ [APP]: `token of ${APP}` });
  });

  it('report together, and what was not taken again', async () => {
    const { bench, tabs } = await three();
    const reported = () => bench.server.last.all('publish').filter(({ topic }) => topic === '$tidings/displayed').length;
    let isBusy = true;
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'publish' && isBusy) {
        connection.write({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0x97 });
      }
      return packet.cmd === 'publish' && isBusy;
    };
    const displayed = () => Promise.allSettled(tabs.map(({ device }) => device.displayed({ id: 'a', app: APP })));
    expect(await displayed()).toMatchObject(Array(3).fill({ status: 'rejected', reason: { kind: 'try-again' } }));
    expect(reported()).toBe(1);
    isBusy = false;
    expect(await displayed()).toMatchObject(Array(3).fill({ status: 'fulfilled' }));
    await tabs[1].device.displayed({ id: 'a', app: APP });
    expect(reported()).toBe(2);
    await tabs[1].device.displayed({ id: 'b', app: APP });
    expect(reported()).toBe(3);
  });
});
