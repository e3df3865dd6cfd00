import { memoryStorage, type ReceivedNotification } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { FakeBrowser } from '../../client/test/fakes/fake-tabs.js';
import { settled } from '../../client/test/fakes/manual-clock.js';
import { MessageStore, reportTo } from '../src/index.js';

const APP = 'com.example.news';

export function notification(id: string, more: Partial<ReceivedNotification> = {}): ReceivedNotification {
  return {
    id,
    app: APP,
    payload: JSON.stringify({ aps: { alert: { title: `Title ${id}`, body: `Body ${id}` }, badge: 3, sound: 'default' } }),
    properties: {},
    repeated: false,
    ...more,
  };
}

const ids = (store: MessageStore): string[] => store.messages.map(({ id }) => id);

describe('the store of messages', () => {
  it('has what came, the newest first, with what is shown of it', async () => {
    const store = new MessageStore({ now: () => 1_000 });
    await store.onNotification(notification('a'));
    await store.onNotification(notification('b', { local: true }));
    expect(store.messages).toMatchObject([
      { id: 'b', isLocal: true },
      { id: 'a', app: APP, title: 'Title a', body: 'Body a', badge: 3, sound: 'default', receivedAt: 1_000, isRead: false, isLocal: false },
    ]);
    expect(store.unread).toBe(2);
  });

  it('takes each message once, and leaves out what has nothing to show', async () => {
    const store = new MessageStore();
    const told: string[] = [];
    store.onMessage(({ id }) => told.push(id));
    await store.onNotification(notification('a'));
    await store.onNotification(notification('a'));
    await store.onNotification(notification('silent', { payload: '{"aps":{"content-available":1}}' }));
    await store.onNotification(notification('odd', { payload: 'no JSON' }));
    expect(ids(store)).toEqual(['a']);
    expect(told).toEqual(['a', 'silent', 'odd']);
  });

  it('reads, removes, withdraws and clears', async () => {
    const store = new MessageStore();
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.onNotification(notification(id));
    }
    await store.markRead(APP, 'a');
    await store.markRead('com.example.other', 'b');
    expect(store.unread).toBe(3);
    await store.remove(APP, 'b');
    await store.onWithdrawn({ app: APP, id: 'c' });
    expect(ids(store)).toEqual(['d', 'a']);
    await store.readAll();
    expect(store.unread).toBe(0);
    await store.clear();
    expect(store.messages).toEqual([]);
  });

  it('keeps no more than it may: the oldest go', async () => {
    const store = new MessageStore({ most: 3 });
    for (let i = 0; i < 10; i++) {
      await store.onNotification(notification(`n${i}`));
    }
    expect(ids(store)).toEqual(['n9', 'n8', 'n7']);
    expect(() => new MessageStore({ most: 0 })).toThrow('most: 0 (expected: 1..10000)');
  });

  it('is as it was after a reload, and a notification is confirmed once it is kept', async () => {
    const values = memoryStorage();
    let isStored = false;
    const storage = {
      ...values,
      set: async (key: string, value: string) => {
        await settled();
        await values.set(key, value);
        isStored = true;
      },
    };
    const before = new MessageStore({ storage });
    await before.onNotification(notification('a'));
    expect(isStored).toBe(true);
    await before.onNotification(notification('b'));
    await before.markRead(APP, 'a');

    const after = new MessageStore({ storage });
    await after.onNotification(notification('c'));
    expect(ids(after)).toEqual(['c', 'b', 'a']);
    expect(after.unread).toBe(2);
  });

  it('shows, but does not take, what the storage does not keep, and takes it at the next try', async () => {
    const values = memoryStorage();
    let isFull = true;
    const storage = {
      ...values,
      set: (key: string, value: string) => (isFull ? Promise.reject(new Error('full')) : values.set(key, value)),
    };
    const store = new MessageStore({ storage });
    const told: string[] = [];
    store.onMessage(({ id }) => told.push(id));
    await expect(store.onNotification(notification('a'))).rejects.toThrow('full');
    await expect(store.onNotification(notification('a'))).rejects.toThrow('full');
    expect(ids(store)).toEqual(['a']);
    isFull = false;
    await store.onNotification(notification('a'));
    expect(told).toEqual(['a']);
    const after = new MessageStore({ storage });
    await after.load();
    expect(ids(after)).toEqual(['a']);
  });

  it('lets what was read, and the oldest, go where the storage is full, and says so', async () => {
    const values = memoryStorage();
    const problems: unknown[] = [];
    const storage = {
      ...values,
      set(key: string, value: string) {
        if ((JSON.parse(value) as unknown[]).length > 3) {
          throw new Error('full');
        }
        return values.set(key, value);
      },
    };
    const store = new MessageStore({ storage, onProblem: (failure) => problems.push(failure) });
    for (const id of ['a', 'b', 'c']) {
      await store.onNotification(notification(id));
    }
    await store.markRead(APP, 'b');
    await store.onNotification(notification('d'));
    expect(ids(store)).toEqual(['d', 'c', 'a']);
    await store.onNotification(notification('e'));
    expect(ids(store)).toEqual(['e', 'd', 'c']);
    expect(problems).toMatchObject([{ message: 'full' }, { message: 'full' }]);
    const after = new MessageStore({ storage });
    await after.load();
    expect(ids(after)).toEqual(['e', 'd', 'c']);
  });

  it('goes on where the storage has nonsense or fails for what the user does, and says so', async () => {
    const problems: unknown[] = [];
    const values = new Map([['tidings.messages', '{']]);
    let isFull = false;
    const store = new MessageStore({
      storage: {
        get: (key) => values.get(key) ?? null,
        set: async (key, value) => {
          if (isFull) {
            throw new Error('full');
          }
          values.set(key, value);
        },
        remove: () => undefined,
      },
      onProblem: (failure) => problems.push(failure),
    });
    await store.onNotification(notification('a'));
    isFull = true;
    await store.markRead(APP, 'a');
    expect(store.unread).toBe(0);
    expect(problems).toHaveLength(2);
  });

  it('writes over nothing of other tabs that it has not heard of', async () => {
    const storage = memoryStorage();
    const [one, other] = [new MessageStore({ storage }), new MessageStore({ storage })];
    await one.onNotification(notification('a'));
    await other.load();
    await one.onNotification(notification('b'));
    await one.onNotification(notification('c'));
    await other.onNotification(notification('c'));
    expect(ids(other)).toEqual(['c', 'b', 'a']);
    await other.markRead(APP, 'c');
    const after = new MessageStore({ storage });
    await after.load();
    expect(ids(after)).toEqual(['c', 'b', 'a']);
    expect(after.unread).toBe(2);
  });

  it('tells of changes, not of what changes nothing, until that is ended, whatever an observer throws', async () => {
    const problems: unknown[] = [];
    const store = new MessageStore({ onProblem: (failure) => problems.push(failure) });
    const counts: number[] = [];
    store.subscribe(() => {
      throw new Error('broken');
    });
    const end = store.subscribe(({ unread }) => counts.push(unread));
    await store.onNotification(notification('a'));
    await store.onNotification(notification('a'));
    await store.markRead(APP, 'a');
    await store.markRead(APP, 'a');
    end();
    await store.clear();
    expect(counts).toEqual([1, 0]);
    expect(problems).toHaveLength(3);
  });

  it('is the same in all tabs', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const tabs = [0, 1].map(() => new MessageStore({ tabs: browser.tab(), storage })) as [MessageStore, MessageStore];
    for (const each of tabs) {
      await each.onNotification(notification('a'));
      await each.onNotification(notification('b'));
    }
    await tabs[0].markRead(APP, 'a');
    await tabs[1].remove(APP, 'b');
    await settled();
    expect(tabs.map(ids)).toEqual([['a'], ['a']]);
    expect(tabs.map(({ unread }) => unread)).toEqual([0, 0]);
    await tabs[0].clear();
    await settled();
    expect(tabs[1].messages).toEqual([]);
  });

  it('keeps what the user does where the other tabs cannot be told', async () => {
    const browser = new FakeBrowser();
    const problems: unknown[] = [];
    const store = new MessageStore({ tabs: browser.tab(), onProblem: (failure) => problems.push(failure) });
    await store.onNotification(notification('a'));
    store.close();
    await store.open(store.messages[0]!);
    expect(store.unread).toBe(0);
    expect(problems).toHaveLength(1);
  });

  it('reports what was shown and opened, but nothing local', async () => {
    const store = new MessageStore();
    const told: string[] = [];
    const problems: unknown[] = [];
    const end = reportTo(
      {
        displayed: async ({ id }) => void told.push(`displayed ${id}`),
        opened: ({ id }) => (told.push(`opened ${id}`), Promise.reject(new Error('busy'))),
      },
      store,
      (failure) => problems.push(failure),
    );
    await store.onNotification(notification('a'));
    await store.onNotification(notification('local', { local: true }));
    for (const message of store.messages) {
      store.shown(message);
      await store.open(message);
    }
    await settled();
    expect(told).toEqual(['displayed a', 'opened a']);
    expect(problems).toMatchObject([{ message: 'busy' }]);
    expect(store.unread).toBe(0);
    end();
    store.shown(store.messages[1]!);
    expect(told).toHaveLength(2);
  });
});
