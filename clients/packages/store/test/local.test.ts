import { memoryStorage, type Storage } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { FakeBrowser } from '../../client/test/fakes/fake-tabs.js';
import { ManualClock, settled } from '../../client/test/fakes/manual-clock.js';
import { LocalNotifications, type LocalOptions, MessageStore } from '../src/index.js';
import { uniPush, type PushMessage } from '../src/uni-push.js';

const APP = 'com.example.news';

describe('local notifications', () => {
  it('come at their time, marked as local', async () => {
    const clock = new ManualClock();
    const store = new MessageStore();
    const local = new LocalNotifications(store, { clock });
    await local.start();
    await local.schedule({ id: 'later', app: APP, title: 'Tea', body: 'is ready', at: clock.now() + 5_000 });
    await local.schedule({ id: 'now', app: APP, body: 'Hello' });
    expect(store.messages).toMatchObject([{ id: 'now', isLocal: true, body: 'Hello' }]);
    await clock.advance(4_999);
    expect(store.messages).toHaveLength(1);
    await clock.advance(1);
    expect(store.messages[0]).toMatchObject({ id: 'later', title: 'Tea', isLocal: true });
    expect(local.pending()).toEqual([]);
  });

  it('are kept over a reload, and what became due meanwhile comes at the start', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const before = new LocalNotifications(new MessageStore(), { clock, storage });
    for (const [id, wait] of [['b', 2_000], ['a', 1_000], ['c', 60_000]] as const) {
      await before.schedule({ id, app: APP, body: id, at: clock.now() + wait });
    }
    before.close();
    await clock.advance(10_000);
    const store = new MessageStore();
    const after = new LocalNotifications(store, { clock, storage });
    await after.start();
    expect(store.messages.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(after.pending()).toMatchObject([{ id: 'c' }]);
    await clock.advance(50_000);
    expect(store.messages).toHaveLength(3);
  });

  it('are replaced by one of the same id, cancelled, and bounded', async () => {
    const clock = new ManualClock();
    const store = new MessageStore();
    const local = new LocalNotifications(store, { clock, most: 2 });
    const at = clock.now() + 1_000;
    await local.schedule({ id: 'a', app: APP, body: 'old', at });
    await local.schedule({ id: 'a', app: APP, body: 'new', at });
    await local.schedule({ id: 'b', app: APP, body: 'b', at });
    await expect(local.schedule({ id: 'c', app: APP, body: 'c', at })).rejects.toThrow('one more than 2');
    await local.cancel(APP, 'b');
    await clock.advance(1_000);
    expect(store.messages).toMatchObject([{ id: 'a', body: 'new' }]);
  });

  it('come soon after the device has woken up, though its timers stood still while it slept', async () => {
    const clock = new ManualClock();
    const store = new MessageStore();
    const local = new LocalNotifications(store, { clock });
    await local.schedule({ id: 'a', app: APP, body: 'a', at: clock.now() + 3_600_000 });
    await clock.advance(1_000);
    clock.leap(4 * 3_600_000);
    await clock.advance(60_000);
    expect(store.messages).toMatchObject([{ id: 'a' }]);
  });

  it('of several tabs are kept beside one another, and one that is cancelled or has come goes alone', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const tab = (): LocalNotifications => new LocalNotifications(new MessageStore(), { clock, storage });
    const [one, two] = [tab(), tab()];
    await Promise.all([one.start(), two.start()]);
    const schedule = (where: LocalNotifications, id: string, wait: number): Promise<void> =>
      where.schedule({ id, app: APP, body: id, at: clock.now() + wait });
    await schedule(one, 'a', 100_000);
    await schedule(one, 'soon', 1_000);
    await schedule(two, 'b', 100_000);
    await schedule(two, 'cancelled', 100_000);
    await two.cancel(APP, 'cancelled');
    await clock.advance(2_000);
    [one, two].forEach((each) => each.close());
    const next = tab();
    await next.start();
    expect(next.pending().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('that are scheduled before the start take nothing from those that were kept, and come once', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const before = new LocalNotifications(new MessageStore(), { clock, storage });
    await before.schedule({ id: 'kept', app: APP, body: 'kept', at: clock.now() + 2_000 });
    before.close();
    const received: string[] = [];
    const local = new LocalNotifications({ onNotification: ({ id }) => void received.push(id) }, { clock, storage });
    await local.schedule({ id: 'new', app: APP, body: 'new', at: clock.now() + 1_000 });
    await local.start();
    await clock.advance(3_000);
    expect(received).toEqual(['new', 'kept']);
  });

  it('are kept with the next where the storage has failed, and nonsense is written over', async () => {
    const clock = new ManualClock();
    const memory = memoryStorage();
    await memory.set('tidings.local', 'nonsense');
    let isFull = true;
    const set = (key: string, value: string): void | Promise<void> => {
      if (isFull) {
        throw new Error('QuotaExceededError');
      }
      return memory.set(key, value);
    };
    const problems: unknown[] = [];
    const options = { clock, storage: { ...memory, set }, onProblem: (failure: unknown) => problems.push(failure) };
    const local = new LocalNotifications(new MessageStore(), options);
    await local.schedule({ id: 'a', app: APP, body: 'a', at: clock.now() + 1_000 });
    expect(problems).toHaveLength(1);
    isFull = false;
    await local.schedule({ id: 'b', app: APP, body: 'b', at: clock.now() + 1_000 });
    const next = new LocalNotifications(new MessageStore(), options);
    await next.start();
    expect(next.pending().map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('local notifications around the start', () => {
  const listening = (clock: ManualClock, storage: Storage, received: string[], more: Partial<LocalOptions> = {}): LocalNotifications =>
    new LocalNotifications({ onNotification: ({ id }) => void received.push(id) }, { clock, storage, ...more });

  /** Where `id` is kept, and due. */
  async function kept(clock: ManualClock, id: string): Promise<Storage> {
    const storage = memoryStorage();
    const before = listening(clock, storage, []);
    await before.schedule({ id, app: APP, body: id, at: clock.now() + 1_000 });
    before.close();
    await clock.advance(1_000);
    return storage;
  }

  it('come once, if they are being scheduled', async () => {
    const received: string[] = [];
    const local = listening(new ManualClock(), memoryStorage(), received);
    void local.schedule({ id: 'w', app: APP, body: 'w' });
    await local.start();
    await settled();
    expect(received).toEqual(['w']);
  });

  it('come once, if the handler has not ended', async () => {
    const clock = new ManualClock();
    const storage = await kept(clock, 'a');
    const received: string[] = [];
    let end: () => void = () => undefined;
    const onNotification = ({ id }: { id: string }): Promise<void> => {
      received.push(id);
      return new Promise((resolve) => (end = resolve));
    };
    const local = new LocalNotifications({ onNotification }, { clock, storage });
    const first = local.start();
    await settled();
    await local.start();
    end();
    await first;
    await local.start();
    expect(received).toEqual(['a']);
  });

  it('do not come, if they are cancelled while what is kept is read, nor for what they were moved from', async () => {
    const clock = new ManualClock();
    const received: string[] = [];
    const local = listening(clock, await kept(clock, 'a'), received);
    await Promise.all([local.start(), local.cancel(APP, 'a')]);
    const other = listening(clock, await kept(clock, 'b'), received);
    await Promise.all([other.start(), other.schedule({ id: 'b', app: APP, body: 'b', at: clock.now() + 1_000 })]);
    expect(received).toEqual([]);
    await clock.advance(1_000);
    expect(received).toEqual(['b']);
  });

  it('do not come again, though their end could not be written', async () => {
    const clock = new ManualClock();
    const memory = await kept(clock, 'a');
    const set = (): void => {
      throw new Error('QuotaExceededError');
    };
    const received: string[] = [];
    const local = listening(clock, { ...memory, set }, received);
    await local.start();
    await local.start();
    expect(received).toEqual(['a']);
  });

  it('are the next ones, if more are kept than may wait', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const before = listening(clock, storage, []);
    for (const [id, wait] of [['c', 3_000], ['b', 2_000], ['a', 1_000]] as const) {
      await before.schedule({ id, app: APP, body: id, at: clock.now() + wait });
    }
    before.close();
    const local = listening(clock, storage, [], { most: 2 });
    await local.start();
    expect(local.pending().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('that are cancelled or moved in one tab are so in one that was opened after they were scheduled', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const browser = new FakeBrowser();
    const [old, late]: [string[], string[]] = [[], []];
    const one = listening(clock, storage, old, { tabs: browser.tab() });
    for (const id of ['cancelled', 'moved', 'stays']) {
      await one.schedule({ id, app: APP, body: id, at: clock.now() + 1_000 });
    }
    const two = listening(clock, storage, late, { tabs: browser.tab() });
    await two.start();
    await one.cancel(APP, 'cancelled');
    await one.schedule({ id: 'moved', app: APP, body: 'moved', at: clock.now() + 5_000 });
    await clock.advance(1_000);
    expect([old, late]).toEqual([['stays'], ['stays']]);
    await two.cancel(APP, 'moved');
    await clock.advance(5_000);
    expect([old, late]).toEqual([['stays'], ['stays']]);
  });

  it('that two tabs schedule at once are not lost to both', async () => {
    const clock = new ManualClock();
    const storage = memoryStorage();
    const browser = new FakeBrowser();
    const received: string[] = [];
    const tabs = [1, 2].map(() => listening(clock, storage, received, { tabs: browser.tab() }));
    await Promise.all(tabs.map((each, index) => each.schedule({ id: 'daily', app: APP, body: `${index}`, at: clock.now() + 1_000 })));
    await clock.advance(1_000);
    expect(new Set(received)).toEqual(new Set(['daily']));
  });

  it('do not come, if another tab cancels them while what is kept is read', async () => {
    const clock = new ManualClock();
    const memory = await kept(clock, 'a');
    const browser = new FakeBrowser();
    const one = listening(clock, memory, [], { tabs: browser.tab() });
    let go: () => void = () => undefined;
    const get = async (key: string): Promise<string | null> => {
      const value = await memory.get(key);
      await new Promise<void>((resolve) => (go = resolve));
      return value;
    };
    const received: string[] = [];
    const two = listening(clock, { ...memory, get }, received, { tabs: browser.tab() });
    const start = two.start();
    await settled();
    await one.cancel(APP, 'a');
    await settled();
    go();
    await settled();
    go();
    await start;
    expect(received).toEqual([]);
  });
});

describe('the names of uniPush', () => {
  function push() {
    const clock = new ManualClock();
    const store = new MessageStore();
    const local = new LocalNotifications(store, { clock });
    const device = { register: async (app: string) => ({ app, token: 'the-token', ignored: [] }) };
    return { clock, store, uni: uniPush(APP, device, store, local, () => clock.now()) };
  }

  it('give the token of the app as client id, by callback and by promise', async () => {
    const { uni } = push();
    const told: unknown[] = [];
    await uni.getPushClientId({ success: (result) => told.push(result), complete: () => told.push('complete') });
    expect(told).toEqual([{ cid: 'the-token', errMsg: 'getPushClientId:ok' }, 'complete']);
    expect((await uni.getPushClientId()).cid).toBe('the-token');
  });

  it('say why there is no client id', async () => {
    const { store } = push();
    const uni = uniPush(APP, { register: () => Promise.reject(new Error('offline')) }, store, new LocalNotifications(store, { clock: new ManualClock() }));
    const told: unknown[] = [];
    await uni.getPushClientId({ fail: (failure) => told.push(failure) });
    expect(told).toEqual([{ errMsg: 'getPushClientId:fail offline' }]);
    await expect(uni.getPushClientId()).rejects.toThrow('offline');
  });

  it('tell what comes and what is clicked, until that is ended', async () => {
    const { store, uni } = push();
    const told: PushMessage[] = [];
    const callback = (message: PushMessage): void => void told.push(message);
    uni.onPushMessage(callback);
    uni.onPushMessage(callback);
    const payload = '{"aps":{"alert":{"title":"T","body":"B"}},"page":"/orders/7"}';
    await store.onNotification({ id: 'a', app: APP, payload, properties: {}, repeated: false });
    await store.open(store.messages[0]!);
    expect(told).toMatchObject([
      { type: 'receive', data: { title: 'T', content: 'B', payload: { page: '/orders/7' }, local: false } },
      { type: 'click', data: { id: 'a' } },
    ]);
    uni.offPushMessage(callback);
    uni.offPushMessage();
    await store.onNotification({ id: 'b', app: APP, payload, properties: {}, repeated: false });
    expect(told).toHaveLength(2);
  });

  it('make local notifications', async () => {
    const { clock, store, uni } = push();
    await uni.createPushMessage({ title: 'T', content: 'C', payload: { page: 1 }, delay: 3 });
    await clock.advance(2_999);
    expect(store.messages).toEqual([]);
    await clock.advance(1);
    await settled();
    expect(store.messages).toMatchObject([{ title: 'T', body: 'C', isLocal: true, sound: 'default' }]);
    expect(JSON.parse(store.messages[0]!.payload)).toMatchObject({ payload: { page: 1 } });
  });
});
