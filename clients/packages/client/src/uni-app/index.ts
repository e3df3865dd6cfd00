import { systemClock } from '../platform/clock.js';
import type { Platform } from '../platform/platform.js';
import type { Storage } from '../platform/storage.js';
import { globalUni } from './global-uni.js';
import type { Uni } from './uni.js';
import { uniTransport } from './uni-transport.js';

export { uniTransport } from './uni-transport.js';
export type { Uni, UniSocketTask } from './uni.js';

/**
 * What a client needs of uni-app: neither a page nor a WebSocket class.
 *
 * @param uni instead of that of the app, for tests
 */
export function uniPlatform(uni: Uni = globalUni): Platform {
  return {
    transport: uniTransport(uni),
    storage: uniStorage(uni),
    clock: systemClock,
    random: Math.random,
    onWake: (woken) => onWake(uni, woken),
  };
}

function onWake(uni: Uni, woken: () => void): () => void {
  const shown = (): void => woken();
  const changed = ({ isConnected }: { isConnected: boolean }): void => {
    if (isConnected) {
      woken();
    }
  };
  uni.onAppShow(shown);
  uni.onNetworkStatusChange?.(changed);
  return () => {
    uni.offAppShow?.(shown);
    uni.offNetworkStatusChange?.(changed);
  };
}

/** It gives an empty text for what is not there. */
export function uniStorage(uni: Uni): Storage {
  return {
    get(key) {
      const value = uni.getStorageSync(key);
      return typeof value === 'string' && value !== '' ? value : null;
    },
    set: (key, value) => uni.setStorageSync(key, value),
    remove: (key) => uni.removeStorageSync(key),
  };
}
