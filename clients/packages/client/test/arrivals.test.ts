import { expect, it } from 'vitest';
import { memoryStorage } from '../src/index.js';
import { Arrivals } from '../src/receive/arrivals.js';
import { RecentIds } from '../src/receive/recent-ids.js';
import { ManualClock, settled } from './fakes/manual-clock.js';

it('a handler that is held while connections come and go makes nothing pile up', async () => {
  const arrivals = new Arrivals(
    { onNotification: () => new Promise(() => undefined) },
    new RecentIds(memoryStorage(), 'seen', 100, () => undefined),
    new ManualClock(),
    { receiveMaximum: 8, handlerTimeout: 60_000, pause: () => 0, problem: () => undefined },
  );
  for (let connection = 0; connection < 100; connection++) {
    for (let i = 0; i < 8; i++) {
      const notification = { id: `n${i}`, app: 'a', payload: '', properties: {}, repeated: connection > 0 };
      expect(arrivals.arrived(notification, () => undefined)).toBe(true);
    }
    await settled();
    arrivals.connectionLost();
  }
  expect(arrivals.size).toBe(1);
});
