// A device in Node with the packages as they are published, for tests of other languages:
//   node device.mjs URL SERIAL FILE
// It says what happens, a line each: "token T", "state S", "called ID", "handled ID", "replayed ID". The handler waits while it
// is held: it reads "hold", "release", "replay SINCE" and "close" from its input. FILE keeps what a browser would keep. Where the
// environment names a file TOKENS, its first line is the device's token, and the last one is the next token, as often as it is asked.
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

const tokens = process.env.TOKENS;
let isFirst = true;
function nextToken() {
  const lines = readFileSync(tokens, 'utf8').trim().split('\n');
  const token = isFirst ? lines[0] : lines.at(-1);
  isFirst = false;
  say('asked for a token');
  return token;
}

let isHeld = false;
let release = () => undefined;
let released = Promise.resolve();

const device = openDevice(
  // The test holds handlers for as long as a node takes to come back, on a machine that may be busy.
  {
    servers: url, serial, apps: ['com.example.news'], locale: 'de-AT', timeZone: 'Europe/Vienna', handlerTimeout: 600_000,
    ...(tokens ? { tokens: nextToken } : {}),
  },
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
    onConnectionChange: ({ state, reason }) => say('state', state, reason ?? ''),
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

const registered = await device.connect();
say('token', registered['com.example.news']);
