// A Vue 3 app: the prompt stands once beside the app's pages, and the store of messages keeps what came over reloads.
import '@tidings/vue/style.css';
import { openDevice, persistentSerial } from '@tidings/client';
import { browserPlatform } from '@tidings/client/browser';
import { MessageStore, reportTo } from '@tidings/store';
import { defineMessages } from '@tidings/store/pinia';
import { TidingsPrompt } from '@tidings/vue';
import { createPinia } from 'pinia';
import { createApp, defineComponent, h } from 'vue';

const server = new URLSearchParams(location.search).get('server') ?? 'ws://127.0.0.1:8083/mqtt';

const platform = browserPlatform();
const messages = new MessageStore(platform);
const device = openDevice(
  { servers: server, serial: await persistentSerial(platform), apps: ['com.example.news'] },
  messages,
  platform,
);
reportTo(device, messages);

const useMessages = defineMessages(messages);

const App = defineComponent(() => {
  const state = useMessages();
  return () => [
    h(TidingsPrompt, { store: messages }),
    h('main', [h('h1', 'An app'), h('p', { id: 'unread' }, `${state.unread} unread`)]),
  ];
});

createApp(App).use(createPinia()).mount('#app');
await device.connect();
