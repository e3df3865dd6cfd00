import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { type Document, documents, ROOT } from './documents';
import { render } from './markdown';

const CATALOG = 'virtual:guides';
const PAGE = 'virtual:guide/';
const RESOLVED = '\0';

function page(document: Document): string {
  const { parts } = render(document, readFileSync(join(ROOT, document.path), 'utf8'));
  const pictures = parts.filter((_part, index) => index % 2 === 1);
  const imports = pictures.map((path, index) => `import picture${index} from ${JSON.stringify(`${join(ROOT, dirname(document.path), path)}?url`)};`);
  const html = parts.map((part, index) => (index % 2 === 1 ? `picture${(index - 1) / 2}` : JSON.stringify(part)));
  return `${imports.join('\n')}\nexport default ${html.join(' + ')};`;
}

function catalog(): string {
  const entries = documents().map((document) => {
    const { title, summary, sections } = render(document, readFileSync(join(ROOT, document.path), 'utf8'));
    const { name, kind, language } = document;
    const told = JSON.stringify({ name, kind, language, title, ...(kind === 'guide' ? { summary, sections } : { summary: '', sections: [] }) });
    return `{ ...${told}, load: () => import(${JSON.stringify(PAGE + name)}).then((page) => page.default) }`;
  });
  return `export default [${entries.join(',\n')}];`;
}

/** Makes pages of the documents of the checkout: one module that lists them, and one for each, which is loaded when it is read. */
export function guides(): Plugin {
  return {
    name: 'tidings-guides',
    resolveId: (id) => (id === CATALOG || id.startsWith(PAGE) ? RESOLVED + id : undefined),
    load(id) {
      if (!id.startsWith(RESOLVED + CATALOG) && !id.startsWith(RESOLVED + PAGE)) {
        return undefined;
      }
      documents().forEach(({ path }) => this.addWatchFile(join(ROOT, path)));
      const name = id.slice(RESOLVED.length + PAGE.length);
      const document = documents().find((each) => each.name === name);
      return document ? page(document) : catalog();
    },
  };
}
