import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { openDevice, persistentSerial } from '../src/index.js';
import { uniPlatform, uniTransport } from '../src/uni-app/index.js';
import { APP } from './fakes/bench.js';
import { FakeUni } from './fakes/fake-uni.js';
import { ManualClock, settled } from './fakes/manual-clock.js';

class App {
  readonly uni = new FakeUni();
  readonly clock = new ManualClock();
  readonly received: string[] = [];
  readonly states: string[] = [];
  readonly platform = { ...uniPlatform(this.uni), clock: this.clock, random: () => 0.99 };

  device() {
    return openDevice(
      { servers: 'wss://push.example.com/mqtt', serial: 'phone-1', apps: [APP] },
      { onNotification: ({ id }) => void this.received.push(id) },
      this.platform,
      { onConnectionChange: ({ state }) => this.states.push(state) },
    );
  }
}

describe('uni-app', () => {
  it('connects by connectSocket with the sub-protocol, registers, receives and confirms', async () => {
    const app = new App();
    expect(await app.device().connect()).toEqual({ [APP]: `token of ${APP}` });
    expect(app.uni.asked).toEqual([{ url: 'wss://push.example.com/mqtt', protocols: ['mqtt'] }]);
    app.uni.server.last.push(1, 'a');
    await settled();
    expect(app.received).toEqual(['a']);
    expect(app.uni.server.last.confirmed).toEqual([1]);
  });

  it('sends the bytes it is given and not those around them', async () => {
    const { uni } = new App();
    const sent: Uint8Array[] = [];
    const connect = uni.connectSocket.bind(uni);
    uni.connectSocket = (options) => {
      const task = connect(options);
      return { ...task, send: ({ data }) => void sent.push(new Uint8Array(data)) };
    };
    const line = uniTransport(uni).open('wss://push.example.com/mqtt', {
      opened: () => line.send(Uint8Array.of(1, 2, 3, 4).subarray(1, 3)),
      received: () => undefined,
      closed: () => undefined,
    });
    await settled();
    expect(sent).toEqual([Uint8Array.of(2, 3)]);
  });

  it('drops what the storage of the app knows', async () => {
    const app = new App();
    const device = app.device();
    await device.connect();
    app.uni.server.last.push(1, 'a');
    await settled();
    device.close();
    await app.device().connect();
    app.uni.server.last.push(1, 'a');
    await settled();
    expect(app.received).toEqual(['a']);
    expect(app.uni.server.last.confirmed).toEqual([1]);
  });

  it('connects at once when the app is shown again, or the network is back', async () => {
    const app = new App();
    await app.device().connect();
    for (const back of [() => app.uni.show(), () => app.uni.setConnected(true)]) {
      app.uni.server.isReachable = false;
      app.uni.server.last.drop();
      await app.clock.advance(100_000);
      app.uni.server.isReachable = true;
      await app.clock.advance(1_000);
      expect(app.states.at(-1)).toBe('lost');
      app.uni.setConnected(false);
      await settled();
      expect(app.states.at(-1)).toBe('lost');
      back();
      await settled();
      expect(app.states.at(-1)).toBe('connected');
    }
  });

  it('leaves no socket and no listener behind', async () => {
    const app = new App();
    for (let i = 0; i < 10; i++) {
      const device = app.device();
      await device.connect();
      device.close();
      await settled();
    }
    expect(app.uni.open).toBe(0);
    expect(app.uni.listeners).toBe(0);
  });

  it('makes a serial number once', async () => {
    const app = new App();
    const serial = await persistentSerial(app.platform);
    expect(serial).toMatch(/^js-[0-9a-f]{32}$/);
    expect(await persistentSerial(app.platform)).toBe(serial);
  });

  it('uses the app\'s own `uni`, each function by its full name, unless it is given another', async () => {
    const uni = new FakeUni();
    vi.stubGlobal('uni', uni);
    try {
      const device = openDevice({ servers: 'wss://push.example.com/mqtt', serial: 'phone-1', apps: [APP] }, { onNotification: () => undefined }, uniPlatform());
      expect(await device.connect()).toEqual({ [APP]: `token of ${APP}` });
      device.close();
      await settled();
      expect([uni.open, uni.listeners]).toEqual([0, 0]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('uses nothing that only a browser has', () => {
    const source = new URL('../src/', import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.startsWith('browser'),
    );
    expect(files.length).toBeGreaterThan(25);
    for (const name of files) {
      const code = readFileSync(new URL(name, source), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code, name).not.toMatch(/\b(window\.|document\.|navigator\.|localStorage|TextEncoder|TextDecoder|atob|crypto|new WebSocket)/);
    }
  });
});
