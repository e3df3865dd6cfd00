import { fileURLToPath } from 'node:url';

const source = (path: string): string => fileURLToPath(new URL(`../clients/packages/client/src/${path}`, import.meta.url));

/** The project's own client, from its sources: no build of it has to come first. */
export const clients = [
  { find: '@tidings/client/browser', replacement: source('browser/index.ts') },
  { find: /^@tidings\/client$/, replacement: source('index.ts') },
];
