import type { NotificationListener } from '../receive/listener.js';
import type { TabMessage } from './messages.js';

/** A listener that tells the other tabs what it has handled. */
export function tellingListener(listener: NotificationListener, tell: (message: TabMessage) => void): NotificationListener {
  return {
    async onNotification(notification) {
      await listener.onNotification(notification);
      tell({ tidings: 'arrived', notification });
    },
    async onWithdrawn(withdrawal) {
      await listener.onWithdrawn?.(withdrawal);
      tell({ tidings: 'withdrawn', withdrawal });
    },
    ...(listener.onGivenUp ? { onGivenUp: listener.onGivenUp.bind(listener) } : {}),
  };
}
