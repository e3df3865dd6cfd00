import type { Tabs } from '../platform/tabs.js';

/**
 * Tabs by Web Locks and BroadcastChannel; undefined where the browser lacks one of them, or has no locks for this page (they
 * need a secure context). A browser that keeps nothing for the page may have both and deny them: Firefox, if it takes no cookies,
 * throws for the channel. Chromium does not freeze a page in the background that holds a lock; others may.
 */
export function webTabs(): Tabs | undefined {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  if (!locks || !hasChannels()) {
    return undefined;
  }
  return {
    isVisible: () => typeof document === 'undefined' || document.visibilityState === 'visible',
    lead(name, { leads, lost }, when) {
      const waiting = new AbortController();
      let release: () => void = () => undefined;
      let hasLed = false;
      let isGivenUp = false;
      locks
        .request(name, when === 'at once' ? { steal: true } : { signal: waiting.signal }, () => {
          if (isGivenUp) {
            return undefined;
          }
          const held = new Promise<void>((resolve) => (release = resolve));
          hasLed = true;
          leads();
          return held;
        })
        .catch(() => {
          if (isGivenUp) {
            return;
          }
          if (hasLed) {
            lost();
          } else {
            // There is no lock for this page: it leads alone, as where the browser has none at all.
            leads();
          }
        });
      return () => {
        isGivenUp = true;
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

function hasChannels(): boolean {
  try {
    new BroadcastChannel('tidings.probe').close();
    return true;
  } catch {
    return false;
  }
}
