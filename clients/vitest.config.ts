import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@tidings\/client\/(browser|uni-app)$/, replacement: source('client/src/$1/index.ts') },
      { find: /^@tidings\/store\/(.+)$/, replacement: source('store/src/$1.ts') },
      { find: /^@tidings\/(client|store|vue)$/, replacement: source('$1/src/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // One process: starting more costs more than it gives.
    pool: 'threads',
    poolOptions: { threads: { singleThread: true } },
    // A busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
