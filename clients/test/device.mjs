// A device in Node with the packages as they are published, for tests of other languages:
//   node device.mjs URL SERIAL FILE
// It says what happens, a line each: "token T", "state S", "called ID", "handled ID", "replayed ID". The handler waits while it
// is held: it reads "hold", "release", "replay SINCE" and "close" from its input. FILE keeps what a browser would keep.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openDevice, systemClock } from '@tidings/client';
import { webSocketTransport } from '@tidings/client/browser';
import { WebSocket } from 'ws';

const [url, serial, file] = process.argv.slice(2);
const say = (...words) => process.stdout.write(`${words.join(' ')}\n`);

const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const write = () => writeFileSync(file, JSON.stringify(kept));
const storage = {
  get: (key) => kept[key] ?? null,
  set: (key, value) => ((kept[key] = value), write()),
  remove: (key) => (delete kept[key], write()),
};

let isHeld = false;
let release = () => undefined;
let released = Promise.resolve();

const device = openDevice(
  // The test holds handlers for as long as a node takes to come back, on a machine that may be busy.
  { servers: url, serial, apps: ['com.example.news'], locale: 'de-AT', timeZone: 'Europe/Vienna', handlerTimeout: 600_000 },
  {
    async onNotification({ id, replayed }) {
      if (replayed !== undefined) {
        say('replayed', id);
        return;
      }
      say('called', id);
      await released;
      say('handled', id);
    },
    onWithdrawn: ({ id }) => say('withdrawn', id),
  },
  { transport: webSocketTransport(WebSocket), storage, clock: systemClock, random: Math.random, onWake: () => () => undefined },
  {
    onConnectionChange: ({ state }) => say('state', state),
    onProblem: (failure) => say('problem', failure),
  },
);

createInterface({ input: process.stdin }).on('line', async (line) => {
  const [command, argument] = line.split(' ');
  if (command === 'hold' && !isHeld) {
    isHeld = true;
    released = new Promise((resolve) => (release = resolve));
    say('held');
  } else if (command === 'release') {
    isHeld = false;
    release();
  } else if (command === 'open') {
    await device.displayed({ id: argument, app: 'com.example.news' });
    await device.opened({ id: argument, app: 'com.example.news' });
    say('opened', argument);
  } else if (command === 'replay') {
    const { end, count } = await device.replay({ since: Number(argument) });
    say('end', end, count);
  } else if (command === 'close') {
    device.close();
    process.exit(0);
  }
});

const tokens = await device.connect();
say('token', tokens['com.example.news']);
