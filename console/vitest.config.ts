import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { clients } from './aliases';
import { guides } from './build/guides';

export default defineConfig({
  plugins: [vue(), guides()],
  // The broker of the clients' tests is used here too, with what is installed here.
  resolve: { alias: [...clients, ...['mqtt-packet', 'ws'].map((name) => ({ find: new RegExp(`^${name}$`), replacement: fileURLToPath(import.meta.resolve(name)) }))] },
  test: {
    include: ['test/**/*.test.ts'],
    // One process: starting more costs more than it gives.
    pool: 'threads',
    poolOptions: { threads: { singleThread: true } },
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
