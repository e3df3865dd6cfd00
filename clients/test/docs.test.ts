import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Window } from 'happy-dom';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeUni } from '../packages/client/test/fakes/fake-uni.js';
import { settled } from '../packages/client/test/fakes/manual-clock.js';
import { Broker } from './broker.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(`${ROOT}../docs/javascript.md`, 'utf8');
const DIRECTORY = `${ROOT}node_modules/.docs/`;

/** The snippet below a heading. */
function snippet(heading: string): string {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return /```js\n([\s\S]*?)```/.exec(section)![1]!;
}

describe('docs/javascript.md', () => {
  afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

  /** Runs code as a module with the packages as they are built, with `global` as its globals. */
  async function run(name: string, code: string, globals: Record<string, unknown>): Promise<{ said: unknown[][] }> {
    const said: unknown[][] = [];
    const console = { log: (...words: unknown[]) => said.push(words), error: (...words: unknown[]) => said.push(words) };
    const all: Record<string, unknown> = { console, ...globals };
    (globalThis as Record<string, unknown>)['docs'] = all;
    const declared = `const { ${Object.keys(all).join(', ')} } = globalThis.docs;\n`;
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: ROOT },
      bundle: true, format: 'esm', write: false, logLevel: 'silent', target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    mkdirSync(DIRECTORY, { recursive: true });
    writeFileSync(`${DIRECTORY}${name}.mjs`, declared + outputFiles[0]!.text);
    await import(/* @vite-ignore */ `${DIRECTORY}${name}.mjs`);
    return { said };
  }

  /** What a page has, with a server behind each address. */
  async function page(): Promise<{ broker: Broker; globals: Record<string, unknown> }> {
    const { WebSocket: Client } = await import('ws');
    const broker = new Broker((_, response) => response.end());
    const host = await broker.start();
    const window = new Window({ url: `http://${host}/` });
    class Socket extends Client {
      constructor(_url: string, protocol: string) {
        super(`ws://${host}/mqtt`, protocol);
      }
    }
    const { document, localStorage } = window;
    document.body.innerHTML = '<div id="app"></div>';
    return {
      broker,
      globals: {
        window, document, localStorage, navigator: {}, WebSocket: Socket,
        Element: window.Element, SVGElement: window.SVGElement, HTMLElement: window.HTMLElement, Document: window.Document, ShadowRoot: window.ShadowRoot, MathMLElement: window.HTMLElement,
        fetch: async () => ({ text: async () => 'the-jwt' }),
      },
    };
  }

  it('the page and the requests do what they say', async () => {
    const { broker, globals } = await page();
    const replayed = { ...globals, Date };
    broker.onRequest = (topic, answer) =>
      topic === '$tidings/replay' ? answer('$tidings/replayed', { end: 'complete', count: 0, cursor: 'c1', cut: false }) : undefined;
    broker.push('a', { aps: { alert: 'Hello' } });
    const { said } = await run('page', snippet('A page') + snippet('Requests'), replayed);
    expect(said.flat()).toContain('Hello');
    expect(said.flat()).toContain('the-token');
    expect(said.at(-1)).toEqual(['the-token', [], 'complete', 0, 'c1']);
    expect(broker.confirmed).toEqual(['a']);
    await broker.stop();
  });

  it('the tokens of a device are asked for and sent', async () => {
    const { broker, globals } = await page();
    const { said } = await run('tokens', `${snippet('Tokens of the device')}\nawait device.connect(); device.close();`, globals);
    expect(said).toEqual([['connected'], ['ended']]);
    expect(broker.tokens).toEqual(['the-jwt']);
    await broker.stop();
  });

  it('the prompt for Vue shows what comes', async () => {
    const { broker, globals } = await page();
    broker.push('a', { aps: { alert: 'Hello' } });
    await run('vue', snippet('Messages in Vue'), globals);
    const { document } = globals as { document: Document };
    await expect.poll(() => document.querySelector('.tidings-badge')?.textContent, { timeout: 4_000 }).toBe('1');
    await broker.stop();
  });

  it('the app of uni-app receives and gives its client id', async () => {
    const uni = new FakeUni();
    const { said } = await run('uni', snippet('uni-app'), { uni });
    expect(said).toEqual([['token of com.example.news']]);
    uni.server.last.push(1, 'a', { payload: '{"aps":{"alert":{"title":"News"}},"page":7}' });
    await settled();
    expect(said[1]).toEqual(['receive', 'News', { aps: { alert: { title: 'News' } }, page: 7 }]);
  });
});
