import { readdirSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Markdown file of the checkout that is a page of the console. */
export interface Document {
  /** The last part of the page's address. */
  readonly name: string;
  /** From the checkout's root. */
  readonly path: string;
  readonly kind: 'guide' | 'document';
  readonly language: 'en' | 'zh-CN';
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** As somebody reads them who is new here. */
const ORDER = ['first-push', 'from-apns-or-fcm', 'vue-and-uni-app', 'device-client', 'kafka-providers', 'production'];
const OF_ROOT: readonly Document[] = [
  { name: 'readme', path: 'README.md', kind: 'document', language: 'en' },
  { name: 'readme.zh', path: 'README.zh.md', kind: 'document', language: 'zh-CN' },
  { name: 'vulnerabilities', path: 'SECURITY.md', kind: 'document', language: 'en' },
];

function filesOf(directory: string, kind: Document['kind']): Document[] {
  return readdirSync(join(ROOT, directory))
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => ({ name: basename(file, '.md').toLowerCase(), path: `${directory}/${file}`, kind, language: 'en' }));
}

/** The guides in their order, then the documents: each file in docs, and none is left out. */
export function documents(): Document[] {
  const place = ({ name }: Document): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const guides = filesOf('docs/guides', 'guide').sort((one, other) => place(one) - place(other));
  return [...guides, ...OF_ROOT, ...filesOf('docs', 'document')];
}

/** The document that a relative link leads to, if it is one. */
export function documentAt(from: Document, path: string): Document | undefined {
  const asked = normalize(join(dirname(from.path), path));
  return documents().find((each) => each.path === asked);
}
