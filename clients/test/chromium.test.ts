import { accessSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile } from 'esbuild';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Broker } from './broker.js';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src ws://127.0.0.1:*";

function isThere(): boolean {
  try {
    accessSync(PATH);
    return true;
  } catch {
    process.stderr.write(`clients: LEFT OUT: the tests in Chromium: ${PATH} is not there (Debian: chromium; or set CHROMIUM)\n`);
    return false;
  }
}

describe.skipIf(!isThere())('in Chromium', () => {
  let files: OutputFile[];
  let browser: Browser;
  let context: BrowserContext;
  let broker: Broker;
  let host: string;
  const failures: string[] = [];

  beforeAll(async () => {
    const result = await build({
      entryPoints: [`${ROOT}examples/plain/main.ts`, `${ROOT}examples/vue/main.ts`],
      bundle: true,
      format: 'esm',
      outdir: '/',
      write: false,
      define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false', 'process.env.NODE_ENV': '"production"' },
    });
    files = result.outputFiles;
    browser = await chromium.launch({ executablePath: PATH, args: FLAGS });
  }, 60_000);

  afterAll(() => browser?.close());

  beforeEach(async () => {
    broker = new Broker((request, response) => {
      const path = new URL(request.url!, 'http://page').pathname;
      const file = files.find((each) => each.path === path);
      response.setHeader('content-security-policy', POLICY);
      response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html');
      if (file) {
        response.end(file.contents);
      } else if (path.endsWith('/index.html')) {
        void readFile(`${ROOT}examples${path}`).then((page) => response.end(page));
      } else {
        response.writeHead(404).end();
      }
    });
    host = await broker.start();
    context = await browser.newContext();
    failures.length = 0;
  });

  afterEach(async () => {
    await context.close();
    await broker.stop();
    expect(failures).toEqual([]);
  });

  async function open(example: string): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (failure) => failures.push(String(failure)));
    await page.goto(`http://${host}/${example}/index.html?server=ws://${host}/mqtt`);
    return page;
  }

  const items = (page: Page): Promise<string[]> => page.locator('#messages li').allTextContents();
  const alert = (text: string): object => ({ aps: { alert: { title: 'News', body: text } } });

  it('a plain page registers, shows what comes, and what it missed in order when the network is back', async () => {
    const page = await open('plain');
    await page.locator('#token', { hasText: 'the-token' }).waitFor();
    broker.push('a', alert('first'));
    await page.locator('#a').waitFor();
    broker.cut();
    await page.locator('#state', { hasText: 'lost' }).waitFor();
    ['b', 'c', 'd'].forEach((id) => broker.push(id, alert(id)));
    broker.isReachable = true;
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.locator('#d').waitFor();
    expect(await items(page)).toEqual(['first', 'b', 'c', 'd']);
    await vi.waitFor(() => expect(broker.confirmed).toEqual(['a', 'b', 'c', 'd']));
  }, 60_000);

  it('all tabs share one connection and a serial; the next one goes on when its tab is closed', async () => {
    const one = await open('plain');
    await one.locator('#token', { hasText: 'the-token' }).waitFor();
    const other = await open('plain');
    await other.locator('#token', { hasText: 'the-token' }).waitFor();
    broker.push('a', alert('for both'));
    await one.locator('#a').waitFor();
    await other.locator('#a').waitFor();
    expect(broker.connects).toHaveLength(1);
    await one.close();
    await vi.waitFor(() => expect(broker.connects).toHaveLength(2), 10_000);
    broker.push('b', alert('for the other'));
    await other.locator('#b').waitFor();
    expect(new Set(broker.connects).size).toBe(1);
    await vi.waitFor(() => expect(broker.confirmed).toEqual(['a', 'b']), 10_000);
  }, 60_000);

  it('a tab that is looked at connects instead of one whose scripts stand still, which follows when it is back', async () => {
    const one = await open('plain');
    await one.locator('#token', { hasText: 'the-token' }).waitFor();
    const session = await context.newCDPSession(one);
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    const other = await open('plain');
    await other.locator('#token', { hasText: 'the-token' }).waitFor();
    expect(broker.connects).toHaveLength(2);
    await session.send('Debugger.resume');
    await vi.waitFor(() => expect(broker.connections).toBe(1), 10_000);
    broker.push('a', alert('for both'));
    await other.locator('#a').waitFor();
    await one.locator('#a').waitFor();
    expect(broker.connects).toHaveLength(2);
  }, 60_000);

  it('the prompt for Vue shows a banner and a badge, which a reload keeps, and reports what is opened', async () => {
    const page = await open('vue');
    await page.locator('h1').waitFor();
    await vi.waitFor(() => expect(broker.connections).toBe(1), 10_000);
    broker.push('a', alert('Hello'));
    await page.locator('.tidings-banner', { hasText: 'Hello' }).waitFor();
    expect(await page.locator('.tidings-badge').textContent()).toBe('1');
    expect(await page.locator('#unread').textContent()).toBe('1 unread');
    await vi.waitFor(() => expect(broker.confirmed).toEqual(['a']), 10_000);

    await page.reload();
    await page.locator('.tidings-badge', { hasText: '1' }).waitFor();
    await vi.waitFor(() => expect(broker.connections).toBe(1), 10_000);
    broker.push('a', alert('Hello'));
    broker.push('b', alert('Again'));
    await page.locator('.tidings-banner', { hasText: 'Again' }).waitFor();
    expect(await page.locator('.tidings-badge').textContent()).toBe('2');
    await page.locator('.tidings-banner-text').click();
    await page.locator('.tidings-badge', { hasText: '1' }).waitFor();
    await page.locator('.tidings-bell').click();
    expect(await page.locator('.tidings-list li').count()).toBe(2);
    await vi.waitFor(
      () => expect(broker.requests).toContain('$tidings/opened {"id":"b","app":"com.example.news"}'),
      10_000,
    );
  }, 60_000);
});
