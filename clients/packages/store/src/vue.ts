import { computed, type ComputedRef, getCurrentScope, onScopeDispose, type ShallowRef, shallowRef } from 'vue';
import type { Message } from './message.js';
import type { MessageStore } from './message-store.js';
import type { State } from './state.js';

/** A store as Vue sees it. */
export interface Messages {
  readonly state: Readonly<ShallowRef<State>>;
  readonly messages: ComputedRef<readonly Message[]>;
  readonly unread: ComputedRef<number>;
}

/** Follows a store for as long as the component, or the scope, lives. */
export function useMessages(store: MessageStore): Messages {
  const state = shallowRef(store.snapshot());
  const stop = store.subscribe((next) => (state.value = next));
  if (getCurrentScope()) {
    onScopeDispose(stop);
  }
  void store.load();
  return {
    state,
    messages: computed(() => state.value.messages),
    unread: computed(() => state.value.unread),
  };
}
