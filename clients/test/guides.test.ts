import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { Window } from 'happy-dom';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { compileScript, parse } from 'vue/compiler-sfc';
import { FakeUni } from '../packages/client/test/fakes/fake-uni.js';
import { settled } from '../packages/client/test/fakes/manual-clock.js';
import { Broker } from './broker.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(`${ROOT}../docs/guides/vue-and-uni-app.md`, 'utf8');
const DIRECTORY = `${ROOT}node_modules/.guides`;

/** The files that the reader writes, by name: each is named in a comment above its block. */
const FILES = new Map(
  [...PAGE.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, name, text]) => [name!, text!]),
);

const COMMANDS = /```bash\n([\s\S]*?)```/.exec(PAGE)![1]!;

/** Resolves the reader's files, and compiles his components. */
function reader(section: string): Plugin {
  return {
    name: 'reader',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) =>
        kind === 'import-statement' && resolveDir === DIRECTORY ? { path: section + path.replace(/^[./]+/, ''), namespace: 'guide' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'guide' }, ({ path }) => {
        const text = FILES.get(path)!;
        const contents = path.endsWith('.vue') ? compileScript(parse(text).descriptor, { id: path, inlineTemplate: true }).content : text;
        return { contents, loader: 'js', resolveDir: DIRECTORY };
      });
    },
  };
}

/** Runs a file with these globals. */
async function run(section: string, file: string, globals: Record<string, unknown>): Promise<Record<string, unknown>> {
  mkdirSync(DIRECTORY, { recursive: true });
  const { outputFiles } = await build({
    stdin: { contents: `import * as all from './${file}'; export default all['default'];`, resolveDir: DIRECTORY },
    bundle: true, format: 'esm', write: false, outdir: '/', logLevel: 'silent', target: 'es2022', plugins: [reader(section)],
    define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false', 'process.env.NODE_ENV': '"production"' },
  });
  (globalThis as Record<string, unknown>)['guide'] = globals;
  const declared = `const { ${Object.keys(globals).join(', ')} } = globalThis.guide;\n`;
  const name = `${DIRECTORY}/${file.replaceAll('/', '-')}.mjs`;
  writeFileSync(name, declared + outputFiles.find(({ path }) => path.endsWith('.js'))!.text);
  return (await import(/* @vite-ignore */ name)) as Record<string, unknown>;
}

describe('docs/guides/vue-and-uni-app.md', () => {
  afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

  it('the packages are built, packed and installed', () => {
    const app = `${tmpdir()}/tidings-guide-${process.pid}`;
    mkdirSync(`${app}/archives`, { recursive: true });
    try {
      writeFileSync(`${app}/package.json`, '{"type":"module"}');
      // The build has run; and nothing is fetched that is not ours.
      const commands = COMMANDS.replace('clients/run build\n', '')
        .replaceAll(/\/tmp(?=[/)])/g, `${app}/archives`)
        .replace('~/my-app', app)
        .replace(/ pinia\n$/, ' --offline --legacy-peer-deps --no-audit --no-fund\n');
      expect(commands).toContain('--offline');
      execFileSync('bash', ['-euo', 'pipefail', '-c', commands], { cwd: `${ROOT}..`, stdio: 'pipe' });
      for (const name of ['client', 'store', 'vue']) {
        expect(existsSync(`${app}/node_modules/@tidings/${name}/dist/index.js`), name).toBe(true);
      }
    } finally {
      rmSync(app, { recursive: true, force: true });
    }
  }, 60_000);

  it('the app in Vue counts and shows what comes', async () => {
    const { WebSocket: Client } = await import('ws');
    const broker = new Broker((_, response) => response.end());
    const host = await broker.start();
    const window = new Window({ url: `http://${host}/` });
    class Socket extends Client {
      constructor(url: string, protocol: string) {
        expect(url).toBe('ws://localhost:8083/mqtt');
        super(`ws://${host}/mqtt`, protocol);
      }
    }
    const { document, localStorage } = window;
    document.body.innerHTML = '<div id="app"></div>';
    const said: unknown[][] = [];
    broker.push('a', { aps: { alert: { title: 'News', body: 'Hello' } } });
    await run('src/', 'main.js', {
      window, document, localStorage, navigator: { language: 'de-AT' }, WebSocket: Socket,
      Element: window.Element, SVGElement: window.SVGElement, HTMLElement: window.HTMLElement, Document: window.Document,
      ShadowRoot: window.ShadowRoot, MathMLElement: window.HTMLElement,
      console: { log: (...words: unknown[]) => said.push(words), warn: () => undefined, error: () => undefined },
    });
    await expect.poll(() => document.querySelector('main')?.textContent, { timeout: 20_000 }).toBe('1 unread');
    expect(document.querySelector('.tidings-badge')?.textContent).toBe('1');
    await expect.poll(() => said, { timeout: 20_000 }).toContainEqual(['token', 'the-token']);
    await broker.stop();
  }, 60_000);

  it('the uni-app shows a toast and the unread count', async () => {
    const uni = Object.assign(new FakeUni(), { setTabBarBadge: vi.fn(), removeTabBarBadge: vi.fn(), showToast: vi.fn() });
    const said: unknown[][] = [];
    const log = (...words: unknown[]): void => void said.push(words);
    const app = await run('', 'uni/App.vue', { uni, console: { log, error: log } });
    await (app['default'] as { onLaunch(): Promise<void> }).onLaunch();
    expect(said).toEqual([['token', 'token of com.example.news']]);
    uni.server.last.push(1, 'a', { payload: '{"aps":{"alert":{"title":"News","body":"Hello"}}}' });
    await settled();
    expect(uni.showToast).toHaveBeenCalledWith({ title: 'News', icon: 'none' });
    expect(uni.setTabBarBadge).toHaveBeenLastCalledWith({ index: 0, text: '1' });
  });
});
