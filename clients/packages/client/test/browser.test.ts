import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { webSocketTransport, webStorage } from '../src/browser/index.js';
import { persistentSerial } from '../src/index.js';

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
          socket.send('text');
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
