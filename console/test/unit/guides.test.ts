import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Document, documents, ROOT } from '../../build/documents';
import { render } from '../../build/markdown';
import { makeSlugs } from '../../build/slugs';
import { guides } from '../../src/guides/catalog';

const guide: Document = { name: 'first-push', path: 'docs/guides/first-push.md', kind: 'guide', language: 'en' };
const html = (markdown: string): string => render(guide, `# Title\n\n${markdown}`).parts.join('|');

describe('the guides', () => {
  it('are those of the checkout, from their very files', async () => {
    expect(guides.filter(({ kind }) => kind === 'guide').map(({ name }) => name)).toEqual(['first-push', 'from-apns-or-fcm', 'vue-and-uni-app', 'device-client', 'kafka-providers', 'production']);
    for (const each of documents()) {
      const listed = guides.find(({ name }) => name === each.name)!;
      const text = readFileSync(join(ROOT, each.path), 'utf8');
      expect(text.startsWith(`# ${listed.title.slice(0, 4)}`), each.path).toBe(true);
    }
    expect(await guides[0]!.load()).toContain('./tidings up');
  });

  it('have names of their own, and lead to what exists: pages, their headings, files', () => {
    const all = documents();
    const pages = new Map(all.map((each) => [each.name, render(each, readFileSync(join(ROOT, each.path), 'utf8'))]));
    expect(pages.size).toBe(all.length);
    const broken: string[] = [];
    for (const each of all) {
      const { parts } = pages.get(each.name)!;
      for (const [, name, at] of parts.join('').matchAll(/href="#\/guides\/([^"?]+)(?:\?at=([^"]+))?"/g)) {
        const page = pages.get(name!);
        if (!page || (at && !page.anchors.includes(decodeURIComponent(at)))) {
          broken.push(`${each.path}: ${name} ${at ?? ''}`);
        }
      }
      for (const [, file] of parts.join('').matchAll(/title="([^"]+), in the checkout"/g)) {
        if (!existsSync(join(ROOT, file!)) && !existsSync(join(ROOT, dirname(each.path), file!))) {
          broken.push(`${each.path}: ${file}`);
        }
      }
      broken.push(...parts.filter((part, index) => index % 2 === 1 && !existsSync(join(ROOT, dirname(each.path), part))));
    }
    expect(broken).toEqual([]);
  });
});

describe('a page of Markdown', () => {
  it('has its first heading as title, the first paragraph as summary, and the others as addresses', () => {
    const page = render(guide, '# A `b` c\n\nOne\nline.\n\n## Send & get\n\n## Send & get\n\n### Third');
    expect(page).toMatchObject({ title: 'A b c', summary: 'One line.', anchors: ['a-b-c', 'send--get', 'send--get-1', 'third'] });
    expect(page.sections.map(({ id }) => id)).toEqual(['send--get', 'send--get-1']);
    expect(page.parts.join('')).not.toContain('<h1');
    expect(() => render(guide, 'No title')).toThrow('expected: a heading of the first level');
  });

  it('has code with a button that copies it, and says which file it is', () => {
    expect(html('<!-- file: a.py -->\n```python\nx < "1"\n```')).toMatch(/<p class="code-name">a\.py<\/p><pre tabindex="0" role="group" aria-label="a\.py"><code>x &lt; &quot;1&quot;\n<\/code><\/pre><button type="button"[^>]* data-copy aria-label="Copy: a\.py"/);
    expect(html('```bash\nls\n```')).not.toContain('code-name');
  });

  it('leads to other pages in the console, out of it, and to files by their names alone', () => {
    expect(html('[a](production.md#4-start) [b](../api.md) [c](../../README.md) [d](#title)')).toBe('<p><a href="#/guides/production?at=4-start">a</a> <a href="#/guides/api">b</a> <a href="#/guides/readme">c</a> <a href="#/guides/first-push?at=title">d</a></p>\n');
    expect(html('[a](https://example.com)')).toContain('<a href="https://example.com" target="_blank" rel="noreferrer">');
    expect(html('[a](../../schemas/src/A.avsc)')).toBe('<p><span class="file-name" title="schemas/src/A.avsc, in the checkout">a</span></p>\n');
  });

  it('has the address of a picture where the build puts it', () => {
    expect(render(guide, '# T\n\n![It](../images/a.png)').parts).toEqual(['<p><img src="', '../images/a.png', '" alt="It" loading="lazy"></p>\n']);
  });

  it('has no HTML, script or address of its own', () => {
    expect(html('2<sup>31</sup>')).toBe('<p>2<sup>31</sup></p>\n');
    expect(() => html('<script>alert(1)</script>')).toThrow('expected: Markdown and comments alone');
    expect(() => html('a <b onclick="x">b</b>')).toThrow('expected: Markdown and comments alone');
    expect(html('[a](javascript:alert(1))')).not.toContain('href');
  });

  it('has tables that the keyboard scrolls, and no empty heading in them', () => {
    expect(html('| | b |\n|---|---|\n| 1 | 2 |')).toContain('<div class="table-frame" tabindex="0" role="group" aria-label="Table"><table class="table">\n<thead>\n<tr>\n<td></td>\n<th scope="col">b</th>');
  });
});

describe('the name of a heading', () => {
  it('is as GitHub has it', () => {
    const slug = makeSlugs();
    expect(['Providers: `auth.providers`', 'In-app (Vue)', 'A_b, c/d', '轨迹 1', 'A_b, c/d'].map(slug)).toEqual(['providers-authproviders', 'in-app-vue', 'a_b-cd', '轨迹-1', 'a_b-cd-1']);
  });
});
