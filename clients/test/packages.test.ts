import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Below node_modules, so that what the packages ask their users for is found, and the packages themselves here. */
const PLACE = `${ROOT}node_modules/.packed/`;
const NAMES = ['client', 'store', 'vue'];

interface Packed {
  filename: string;
  files: { path: string }[];
}

let packed: Packed[];

beforeAll(() => {
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { recursive: true });
  packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--workspaces', '--pack-destination', PLACE], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Packed[];
  packed.forEach(({ filename }, i) => {
    const directory = `${PLACE}node_modules/@tidings/${NAMES[i]}`;
    mkdirSync(directory, { recursive: true });
    execFileSync('tar', ['-xzf', `${PLACE}${filename}`, '-C', directory, '--strip-components=1']);
  });
}, 60_000);

afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

it('the packages have code, types, a page and styles, and nothing else', () => {
  for (const { files } of packed) {
    const others = files.map(({ path }) => path).filter((path) => !/^dist\/.*\.(js|d\.ts)$|^(package\.json|README\.md|style\.css)$/.test(path));
    expect(others).toEqual([]);
  }
});

it('every entry of a package is there, with its types', () => {
  for (const [i, name] of NAMES.entries()) {
    const { exports } = JSON.parse(readFileSync(`${PLACE}node_modules/@tidings/${name}/package.json`, 'utf8')) as {
      exports: Record<string, string | { types: string; default: string }>;
    };
    const paths = new Set(packed[i]!.files.map(({ path }) => `./${path}`));
    for (const entry of Object.values(exports)) {
      for (const path of typeof entry === 'string' ? [entry] : [entry.types, entry.default]) {
        expect(paths, name).toContain(path);
      }
    }
  }
});

it('what is packed can be used by itself', () => {
  const program = `
    import { DeviceClient, TidingsError } from '@tidings/client';
    import { browserPlatform } from '@tidings/client/browser';
    import { uniPlatform } from '@tidings/client/uni-app';
    import { MessageStore } from '@tidings/store';
    import { defineMessages } from '@tidings/store/pinia';
    import { messagesPlugin } from '@tidings/store/vuex';
    import { uniPush } from '@tidings/store/uni-push';
    import { TidingsPrompt } from '@tidings/vue';
    console.log([DeviceClient, TidingsError, browserPlatform, uniPlatform, MessageStore, defineMessages, messagesPlugin, uniPush, TidingsPrompt].every(Boolean));`;
  expect(execFileSync('node', ['--input-type=module', '-e', program], { cwd: PLACE, encoding: 'utf8' }).trim()).toBe('true');
});
