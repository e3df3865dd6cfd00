// The device of this app: one for all its pages.
import { openDevice, persistentSerial, systemClock } from '@tidings/client';
import { uniPlatform } from '@tidings/client/uni-app';
import { LocalNotifications, MessageStore, reportTo } from '@tidings/store';
import { uniPush } from '@tidings/store/uni-push';
import { ref } from 'vue';

const APP = 'com.example.news';

let server = 'wss://push.example.com/mqtt';
// #ifdef H5
server = new URLSearchParams(location.search).get('server') ?? server;
// #endif

const platform = uniPlatform();
export const messages = new MessageStore({ storage: platform.storage });
const local = new LocalNotifications(messages, { clock: systemClock, storage: platform.storage });

/** What the pages show: the state of the connection, and the client id that the app's back end pushes to. */
export const state = ref('connecting');
export const clientId = ref('');
export const push = ref(null);

export async function start() {
  await messages.load();
  await local.start();
  const serial = await persistentSerial(platform);
  const device = openDevice({ servers: server, serial, apps: [APP] }, messages, platform, {
    onConnectionChange: (change) => (state.value = change.state),
  });
  reportTo(device, messages);
  push.value = uniPush(APP, device, messages, local);
  await device.connect();
  clientId.value = (await push.value.getPushClientId()).cid;
}
