import { spawnSync } from 'node:child_process';
import { accessSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Broker } from './broker.js';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const EXAMPLE = fileURLToPath(new URL('../examples/uni-app/', import.meta.url));
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const PATIENCE = { timeout: 60_000 };

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** What uni-app makes of the example for browsers, used as a person uses it. */
describe.skipIf(!isThere(PATH))('the uni-app example in Chromium', () => {
  let directory: string;
  let browser: Browser;
  let broker: Broker;
  let page: Page;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'uni-app-'));
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'uni', 'build'], {
      cwd: EXAMPLE,
      env: { ...process.env, UNI_PLATFORM: 'h5', NODE_ENV: 'production', UNI_OUTPUT_DIR: directory },
      encoding: 'utf8',
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
    browser = await chromium.launch({ executablePath: PATH, args: FLAGS });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    broker = new Broker((request, response) => {
      const { pathname } = new URL(request.url!, 'http://page');
      const file = pathname === '/' ? '/index.html' : pathname;
      readFile(join(directory, file)).then(
        (content) => response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(content),
        () => response.writeHead(404).end(),
      );
    });
    const host = await broker.start();
    page = await browser.newPage();
    await page.goto(`http://${host}/?server=ws://${host}/mqtt`);
    await page.locator('.client-id', { hasText: 'the-token' }).waitFor(PATIENCE);
  });

  afterEach(async () => {
    await page.close();
    await broker.stop();
  });

  const alert = (text: string): object => ({ aps: { alert: { title: 'News', body: text } } });
  const texts = (): Promise<string[]> => page.locator('.message').allTextContents();

  it('shows a banner and the unread count, and what it missed in order when the network is back', async () => {
    broker.push('a', alert('first'));
    await page.locator('.banner', { hasText: 'first' }).waitFor(PATIENCE);
    expect(await page.locator('.unread').textContent()).toBe('1');
    await page.locator('.banner').click();
    await vi.waitFor(async () => expect(await page.locator('.unread').textContent()).toBe('0'), PATIENCE);

    broker.cut();
    await page.locator('.state', { hasText: 'lost' }).waitFor(PATIENCE);
    ['b', 'c', 'd'].forEach((id) => broker.push(id, alert(id)));
    broker.isReachable = true;
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.locator('.message', { hasText: 'News: d' }).waitFor(PATIENCE);
    expect(await texts()).toEqual(['News: d', 'News: c', 'News: b', 'News: first']);
    expect(await page.locator('.unread').textContent()).toBe('3');
    await vi.waitFor(() => expect(broker.confirmed).toEqual(['a', 'b', 'c', 'd']), PATIENCE);
    expect(broker.requests).toContain('$tidings/opened {"id":"a","app":"com.example.news"}');

    await page.reload();
    await page.locator('.message', { hasText: 'News: d' }).waitFor(PATIENCE);
    expect(await page.locator('.unread').textContent()).toBe('3');
  }, 120_000);

  it('shows a notification of its own beside those of the service', async () => {
    await page.locator('.remind').click();
    await page.locator('.banner', { hasText: 'Tea' }).waitFor(PATIENCE);
    expect(await texts()).toEqual(['⏰ Tea: is ready']);
    expect(broker.requests.filter((each) => each.startsWith('$tidings/displayed'))).toEqual([]);
  }, 120_000);
});
