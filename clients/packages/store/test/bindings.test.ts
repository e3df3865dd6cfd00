import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { effectScope, watchEffect, nextTick } from 'vue';
// @ts-expect-error Version 4.1 hides its types from TypeScript.
import { createStore } from 'vuex';
import { MessageStore } from '../src/index.js';
import { defineMessages } from '../src/pinia.js';
import { useMessages } from '../src/vue.js';
import { messagesPlugin } from '../src/vuex.js';

const APP = 'com.example.news';
const notification = (id: string) => ({
  id, app: APP, payload: `{"aps":{"alert":"${id}"}}`, properties: {}, repeated: false,
});

describe('bindings', () => {
  it('Vue follows the store for as long as the scope lives', async () => {
    const store = new MessageStore();
    await store.onNotification(notification('a'));
    const seen: number[] = [];
    const scope = effectScope();
    const messages = scope.run(() => {
      const bound = useMessages(store);
      watchEffect(() => seen.push(bound.unread.value));
      return bound;
    })!;
    await store.onNotification(notification('b'));
    await nextTick();
    expect(seen).toEqual([1, 2]);
    expect(messages.messages.value.map(({ body }) => body)).toEqual(['b', 'a']);
    scope.stop();
    await store.clear();
    expect(messages.state.value.unread).toBe(2);
  });

  it('Pinia has the messages and what can be done with them', async () => {
    setActivePinia(createPinia());
    const store = new MessageStore();
    const pinia = defineMessages(store)();
    await store.onNotification(notification('a'));
    expect(pinia.unread).toBe(1);
    await pinia.markRead(APP, 'a');
    expect(pinia.unread).toBe(0);
    await pinia.clear();
    expect(pinia.messages).toEqual([]);
  });

  it('Vuex has the messages and what can be done with them', async () => {
    const store = new MessageStore();
    const vuex = createStore({ plugins: [messagesPlugin(store)], strict: true });
    await store.onNotification(notification('a'));
    expect(vuex.state.tidings.unread).toBe(1);
    await vuex.dispatch('tidings/markRead', { app: APP, id: 'a' });
    expect(vuex.state.tidings.unread).toBe(0);
    await vuex.dispatch('tidings/remove', { app: APP, id: 'a' });
    expect(vuex.state.tidings.messages).toEqual([]);
  });
});
