import { defineStore } from 'pinia';
import type { MessageStore } from './message-store.js';
import { useMessages } from './vue.js';

/** A Pinia store over a store of messages, which lives as long as the app. */
export function defineMessages(store: MessageStore, id = 'tidings') {
  return defineStore(id, () => {
    const { messages, unread } = useMessages(store);
    return {
      messages,
      unread,
      markRead: (app: string, id: string): Promise<void> => store.markRead(app, id),
      readAll: (): Promise<void> => store.readAll(),
      remove: (app: string, id: string): Promise<void> => store.remove(app, id),
      clear: (): Promise<void> => store.clear(),
    };
  });
}
