import { systemClock } from '../platform/clock.js';
import type { Platform } from '../platform/platform.js';
import { memoryStorage, type Storage } from '../platform/storage.js';
import { webSocketTransport } from './web-socket-transport.js';
import { webTabs } from './web-tabs.js';

export { webSocketTransport } from './web-socket-transport.js';
export { webTabs } from './web-tabs.js';

export interface BrowserOptions {
  /** Whether the tabs of this origin share one connection, where the browser lets them (default: true). */
  share?: boolean;
}

const PROBE = 'tidings.probe';

/** What a client needs of a browser. */
export function browserPlatform({ share = true }: BrowserOptions = {}): Platform {
  const tabs = share ? webTabs() : undefined;
  return {
    transport: webSocketTransport(),
    storage: webStorage(),
    clock: systemClock,
    random,
    onWake,
    ...(tabs ? { tabs } : {}),
  };
}

function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}

/** A worker has no page: there the network alone tells. */
function onWake(woken: () => void): () => void {
  const shown = (): void => {
    if (document.visibilityState === 'visible') {
      woken();
    }
  };
  const hasPage = typeof document !== 'undefined';
  const ends: [EventTarget, string, () => void][] = [[hasPage ? window : globalThis, 'online', woken]];
  if (hasPage) {
    ends.push([document, 'visibilitychange', shown], [window, 'pageshow', woken], [window, 'focus', woken]);
  }
  ends.forEach(([target, event, listener]) => target.addEventListener(event, listener));
  return () => ends.forEach(([target, event, listener]) => target.removeEventListener(event, listener));
}

/** Where the browser keeps nothing for this page, until the page is left. */
export function webStorage(): Storage {
  const storage = localStorageThatKeeps();
  if (!storage) {
    return memoryStorage();
  }
  return {
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}

/** Some browsers throw, some have null, some have one that takes nothing. One that is only full has what it was given. */
function localStorageThatKeeps(): globalThis.Storage | null {
  let storage: globalThis.Storage | null = null;
  try {
    storage = localStorage as globalThis.Storage | null;
    storage?.setItem(PROBE, '');
    storage?.removeItem(PROBE);
    return storage;
  } catch {
    return storage && storage.length > 0 ? storage : null;
  }
}
