import type { Tabs } from '../platform/tabs.js';

/**
 * Tabs by Web Locks and BroadcastChannel; undefined where the browser lacks one of them, or has no locks for this page (they
 * need a secure context). Browsers do not freeze a page in the background that holds a lock.
 */
export function webTabs(): Tabs | undefined {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  if (!locks || typeof BroadcastChannel === 'undefined') {
    return undefined;
  }
  return {
    lead(name, lead) {
      const waiting = new AbortController();
      let release: () => void = () => undefined;
      locks
        .request(name, { signal: waiting.signal }, () => {
          const held = new Promise<void>((resolve) => (release = resolve));
          lead();
          return held;
        })
        .catch(() => undefined); // given up before it led
      return () => {
        waiting.abort();
        release();
      };
    },
    channel(name, heard) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }: { data: unknown }) => heard(data);
      return {
        post: (message) => channel.postMessage(message),
        close: () => channel.close(),
      };
    },
  };
}
