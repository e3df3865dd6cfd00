import type { Message } from './message.js';
import type { MessageStore } from './message-store.js';
import type { State } from './state.js';

/** The part of Vuex's store that is used: that of version 3 and that of version 4. */
interface VuexStore {
  registerModule(name: string, module: object): void;
  commit(type: string, payload: unknown): void;
}

interface MessagesState {
  messages: readonly Message[];
  unread: number;
}

/**
 * A plug-in for Vuex: the module `tidings`, with the state `messages` and `unread` and the actions `markRead`, `readAll`, `remove`
 * and `clear`.
 */
export function messagesPlugin(store: MessageStore, name = 'tidings'): (vuex: VuexStore) => void {
  return (vuex) => {
    vuex.registerModule(name, {
      namespaced: true,
      state: (): MessagesState => ({ ...store.snapshot() }),
      mutations: {
        set(state: MessagesState, { messages, unread }: State) {
          state.messages = messages;
          state.unread = unread;
        },
      },
      actions: {
        markRead: (_: unknown, { app, id }: { app: string; id: string }) => store.markRead(app, id),
        readAll: () => store.readAll(),
        remove: (_: unknown, { app, id }: { app: string; id: string }) => store.remove(app, id),
        clear: () => store.clear(),
      },
    });
    store.subscribe((state) => vuex.commit(`${name}/set`, state));
    void store.load();
  };
}
