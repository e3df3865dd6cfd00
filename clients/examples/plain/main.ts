// A page without a framework: shows each notification that comes.
import { openDevice, parseAlert, persistentSerial } from '@tidings/client';
import { browserPlatform } from '@tidings/client/browser';

const server = new URLSearchParams(location.search).get('server') ?? 'ws://127.0.0.1:8083/mqtt';
const show = (id: string, text: string): void => void (document.getElementById(id)!.textContent = text);

const platform = browserPlatform();
const device = openDevice(
  { servers: server, serial: await persistentSerial(platform), apps: ['com.example.news'], locale: navigator.language },
  {
    onNotification({ id, payload }) {
      const item = document.createElement('li');
      item.id = id;
      item.textContent = parseAlert(payload)?.body ?? payload;
      document.getElementById('messages')!.append(item);
    },
    onWithdrawn: ({ id }) => document.getElementById(id)?.remove(),
  },
  platform,
  { onConnectionChange: ({ state }) => show('state', state) },
);

const tokens = await device.connect();
show('token', tokens['com.example.news'] ?? '');
