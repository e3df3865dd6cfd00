import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { clients } from './aliases';
import { guides } from './build/guides';

export default defineConfig({
  // Wherever it is served: nothing in it names a path.
  base: './',
  plugins: [vue(), guides()],
  resolve: { alias: clients },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: fileURLToPath(new URL('target/classes/dev/tidings/console', import.meta.url)),
    emptyOutDir: true,
    // A data: address would need another word in the policy, and a script in the page itself is against it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2022',
  },
});
