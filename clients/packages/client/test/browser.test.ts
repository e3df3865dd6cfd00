import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { browserPlatform, webSocketTransport, webStorage, webTabs } from '../src/browser/index.js';
import { persistentSerial } from '../src/index.js';
import { settled } from './fakes/manual-clock.js';

/** A server whose connection is given. */
async function server(): Promise<WebSocketServer> {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false) });
  await new Promise((resolve) => listening.once('listening', resolve));
  return listening;
}

describe('the transport of browsers', () => {
  let listening: WebSocketServer | null = null;

  afterEach(() => listening?.close());

  it('carries bytes both ways with the sub-protocol, and tells of the end once', async () => {
    listening = await server();
    const { WebSocket: Client } = await import('ws');
    const told: string[] = [];
    const url = `ws://127.0.0.1:${(listening.address() as { port: number }).port}/mqtt`;
    const ended = new Promise<void>((resolve) => {
      listening!.on('connection', (socket, request) => {
        told.push(`${request.url} ${socket.protocol}`);
        socket.on('message', (data: Buffer, isBinary) => {
          told.push(`server ${isBinary} ${data.toString('hex')}`);
          socket.send(Buffer.from([4, 5, 6]));
          socket.close(1000, 'bye');
        });
      });
      const line = webSocketTransport(Client as unknown as typeof WebSocket).open(url, {
        opened: () => line.send(Uint8Array.of(0, 1, 2, 3).subarray(1)),
        received: (bytes) => told.push(`client ${Buffer.from(bytes).toString('hex')}`),
        closed: (reason) => {
          told.push(reason);
          resolve();
        },
      });
    });
    await ended;
    expect(told).toEqual([
      '/mqtt mqtt',
      'server true 010203',
      'client 040506',
      `the connection to ${url} was closed (bye)`,
    ]);
  });

  it('tells that nobody answers, and throws nothing', async () => {
    listening = await server();
    const { port } = listening.address() as { port: number };
    await new Promise((resolve) => listening!.close(resolve));
    const { WebSocket: Client } = await import('ws');
    const reason = await new Promise<string>((resolve) =>
      webSocketTransport(Client as unknown as typeof WebSocket).open(`ws://127.0.0.1:${port}/mqtt`, {
        opened: () => undefined,
        received: () => undefined,
        closed: resolve,
      }),
    );
    expect(reason).toContain('was closed (1006)');
  });

  /** Opens a line over a socket to which the test gives messages. */
  function fed() {
    const told: string[] = [];
    const sockets: { onmessage(message: { data: unknown }): void; isClosed: boolean }[] = [];
    class Fed {
      static readonly OPEN = 1;
      readyState = 1;
      isClosed = false;
      onmessage(): void {}
      constructor() {
        sockets.push(this as never);
      }
      close(): void {
        this.isClosed = true;
      }
    }
    webSocketTransport(Fed as unknown as typeof WebSocket).open('ws://one/mqtt', {
      opened: () => undefined,
      received: (bytes) => told.push(Buffer.from(bytes).toString('hex')),
      closed: (reason) => told.push(reason),
    });
    return { told, socket: sockets[0]! };
  }

  it('takes the bytes of another realm, of which this one\'s classes know nothing', () => {
    const { told, socket } = fed();
    const data: unknown = runInNewContext('new Uint8Array([7, 8, 9]).buffer');
    expect(data).not.toBeInstanceOf(ArrayBuffer);
    socket.onmessage({ data });
    socket.onmessage({ data: runInNewContext('new Uint8Array([7, 8, 9]).subarray(1)') });
    expect(told).toEqual(['070809', '0809']);
  });

  it('closes what sends text', () => {
    const { told, socket } = fed();
    socket.onmessage({ data: 'text' });
    socket.onmessage({ data: new ArrayBuffer(1) });
    expect(told).toEqual(['the connection to ws://one/mqtt was closed: a text has come (expected: binary messages)']);
    expect(socket.isClosed).toBe(true);
  });

  it('has at most 25 KB with the core, compressed', () => {
    const entry = fileURLToPath(new URL('../src/', import.meta.url));
    const { outputFiles } = buildSync({
      stdin: {
        contents: "export * from './index.ts'; export * from './browser/index.ts';",
        resolveDir: entry,
        loader: 'ts',
      },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2020',
      write: false,
    });
    const { length } = gzipSync(outputFiles[0]!.contents);
    expect(length).toBeGreaterThan(5_000);
    expect(length).toBeLessThanOrEqual(25 * 1024);
    process.stdout.write(`core with the transport of browsers: ${length} bytes compressed\n`);
  });
});

describe('the storage of browsers', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** A localStorage that takes nothing more. */
  function full(values: Record<string, string>) {
    return {
      length: Object.keys(values).length,
      getItem: (key: string) => values[key] ?? null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
      removeItem: () => undefined,
    };
  }

  it.each([
    ['there is none', null],
    ['nothing is ever kept', full({})],
  ])('keeps until the page is left where %s', async (_, localStorage) => {
    vi.stubGlobal('localStorage', localStorage);
    const storage = webStorage();
    await storage.set('a', '1');
    expect(await storage.get('a')).toBe('1');
    await storage.remove('a');
    expect(await storage.get('a')).toBeNull();
  });

  it('still has what it was given where it is full, and an app starts', async () => {
    vi.stubGlobal('localStorage', full({ 'tidings.serial': 'js-7' }));
    expect(await persistentSerial({ storage: webStorage(), random: () => 0.5 })).toBe('js-7');
    vi.stubGlobal('localStorage', full({ other: 'much' }));
    expect(await persistentSerial({ storage: webStorage(), random: () => 0.5 })).toBe(`js-${'8'.repeat(32)}`);
  });
});

describe('the tabs of browsers', () => {
  afterEach(() => vi.unstubAllGlobals());

  const denied = new DOMException('The operation is insecure.', 'SecurityError');

  it('lead, each for itself, where the browser denies them the lock', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(denied) } });
    const told: string[] = [];
    const leave = webTabs()!.lead('a', { leads: () => told.push('leads'), lost: () => told.push('lost') }, 'in turn');
    await settled();
    expect(told).toEqual(['leads']);
    leave();
    await settled();
    expect(told).toEqual(['leads']);
  });

  it('that have given up do not lead where the lock is denied', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(denied) } });
    const told: string[] = [];
    webTabs()!.lead('a', { leads: () => told.push('leads'), lost: () => told.push('lost') }, 'in turn')();
    await settled();
    expect(told).toEqual([]);
  });

  it('are not shared where the browser has no channel for the page', () => {
    vi.stubGlobal('WebSocket', class {});
    vi.stubGlobal('navigator', { locks: {} });
    expect(webTabs()).toBeDefined();
    vi.stubGlobal('BroadcastChannel', class {
      constructor() {
        throw denied;
      }
    });
    expect(webTabs()).toBeUndefined();
    expect(browserPlatform().tabs).toBeUndefined();
  });
});

describe('a worker, which has no page', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('wakes when the network is back, and shares as a tab does', () => {
    const worker = new EventTarget();
    vi.stubGlobal('addEventListener', worker.addEventListener.bind(worker));
    vi.stubGlobal('removeEventListener', worker.removeEventListener.bind(worker));
    vi.stubGlobal('WebSocket', class {});
    vi.stubGlobal('navigator', { locks: {} });
    let woken = 0;
    const platform = browserPlatform();
    const end = platform.onWake(() => woken++);
    worker.dispatchEvent(new Event('online'));
    expect(woken).toBe(1);
    end();
    worker.dispatchEvent(new Event('online'));
    expect(woken).toBe(1);
    expect(platform.tabs!.isVisible()).toBe(true);
  });
});
