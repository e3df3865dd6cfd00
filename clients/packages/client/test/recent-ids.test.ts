import { expect, it } from 'vitest';
import { RecentIds } from '../src/receive/recent-ids.js';

function countingStorage() {
  const values = new Map<string, string>();
  return {
    values,
    get: (key: string) => values.get(key) ?? null,
    set: (key: string, value: string) => void values.set(key, value),
    remove: (key: string) => void values.delete(key),
  };
}

it('remembers at least as many ids as it is to, and hardly more, in memory and in the storage', async () => {
  const storage = countingStorage();
  const ids = new RecentIds(storage, 'seen', 500, () => undefined);
  for (let i = 0; i < 3_000; i++) {
    await ids.add(`id-${i}`);
  }
  const again = new RecentIds(storage, 'seen', 500, () => undefined);
  for (const each of [ids, again]) {
    expect(await each.has('id-2999')).toBe(true);
    expect(await each.has('id-2500')).toBe(true);
    expect(await each.has('id-2300')).toBe(false);
  }
  expect(storage.values.size).toBeLessThanOrEqual(500 / 100 + 3);
  expect(Math.max(...[...storage.values.values()].map((value) => value.length))).toBeLessThan(2_000);
});

it('begins anew where what was kept cannot be read', async () => {
  const storage = countingStorage();
  storage.values.set('seen', '{broken');
  const problems: unknown[] = [];
  const ids = new RecentIds(storage, 'seen', 500, (problem) => problems.push(problem));
  expect(await ids.has('a')).toBe(false);
  await ids.add('a');
  expect(await new RecentIds(storage, 'seen', 500, () => undefined).has('a')).toBe(true);
  expect(problems).toHaveLength(1);
});

it('remembers hardly more than it is to where the storage never takes anything', async () => {
  const full = { ...countingStorage(), set: () => Promise.reject(new Error('full')) };
  const ids = new RecentIds(full, 'seen', 500, () => undefined);
  for (let i = 0; i < 3_000; i++) {
    await ids.add(`id-${i}`);
  }
  expect(await ids.has('id-2500')).toBe(true);
  expect(await ids.has('id-2300')).toBe(false);
});

it('forgets nothing over a reload that was written, though the storage failed once', async () => {
  const storage = countingStorage();
  let fails = true;
  const unsteady = {
    ...storage,
    set(key: string, value: string) {
      if (key === 'seen' && fails) {
        fails = false;
        throw new Error('full');
      }
      storage.set(key, value);
    },
  };
  const ids = new RecentIds(unsteady, 'seen', 500, () => undefined);
  await ids.add('a');
  await ids.add('b');
  const again = new RecentIds(storage, 'seen', 500, () => undefined);
  expect(await again.has('a')).toBe(true);
  expect(await again.has('b')).toBe(true);
});
