import MarkdownIt, { type Renderer, type Token } from 'markdown-it';
import { type Document, documentAt } from './documents';
import { makeSlugs } from './slugs';

/** A heading of the second level, which is an address in the page. */
export interface Section {
  readonly id: string;
  readonly title: string;
}

/** A document as a page: the first heading is its title, and not in its HTML. */
export interface Page {
  readonly title: string;
  readonly summary: string;
  readonly sections: readonly Section[];
  readonly anchors: readonly string[];
  /** HTML and, at each odd place, the path of a picture whose address belongs there. */
  readonly parts: readonly string[];
}

const COMMENT = /^\s*<!--\s*(?:(file|terminal):\s*)?(.*?)\s*-->\s*$/;
/** Exponents, which Markdown has no word for. */
const ALLOWED = /^<\/?su[bp]>$/;
const COPY = '<svg class="icon is-small" viewBox="0 0 24 24" aria-hidden="true"><path d="M9 9h11v11H9zM15 9V4H4v11h5"/></svg>';
const SEPARATOR = '\u0000';

function textOf(token: Token | undefined): string {
  return (token?.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
}

/** The links of a document, as the console has them: to its pages, out of it, or to nothing but a file of the checkout. */
function link(from: Document, href: string): { href: string } | { file: string } {
  if (/^https?:/.test(href)) {
    return { href };
  }
  const [path, section] = href.split('#', 2) as [string, string?];
  const to = path === '' ? from : documentAt(from, path);
  return to === undefined ? { file: path.replace(/^(\.\.?\/)+/, '') } : { href: `#/guides/${to.name}${section ? `?at=${encodeURIComponent(section)}` : ''}` };
}

/** Turns Markdown into the HTML of a page. HTML in it is refused, save exponents and comments: these name the file or the terminal of the code below them. */
export function render(document: Document, source: string): Page {
  const markdown = new MarkdownIt({ html: true, linkify: false });
  const { escapeHtml } = markdown.utils;
  const slug = makeSlugs();
  const anchors: string[] = [];
  const sections: Section[] = [];
  let title = '';
  let caption = '';
  const opened: string[] = [];
  const rules = markdown.renderer.rules;

  const comment = (tokens: Token[], index: number): string => {
    const { content } = tokens[index]!;
    if (ALLOWED.test(content)) {
      return content;
    }
    const found = COMMENT.exec(content);
    if (!found) {
      throw new Error(`${document.path}: ${content.trim()} (expected: Markdown and comments alone)`);
    }
    caption = found[1] ? found[2]! : '';
    return '';
  };
  rules['html_block'] = comment;
  rules['html_inline'] = comment;

  const code = (tokens: Token[], index: number): string => {
    const token = tokens[index]!;
    const label = escapeHtml(caption || token.info.trim() || 'Text');
    const shown = caption ? `<p class="code-name">${escapeHtml(caption)}</p>` : '';
    caption = '';
    return `<div class="code">${shown}<pre tabindex="0" role="group" aria-label="${label}"><code>${escapeHtml(token.content)}</code></pre>`
      + `<button type="button" class="button is-plain is-small is-icon" data-copy aria-label="Copy: ${label}" title="Copy">${COPY}</button></div>\n`;
  };
  rules['fence'] = code;
  rules['code_block'] = code;
  rules['table_open'] = () => '<div class="table-frame" tabindex="0" role="group" aria-label="Table"><table class="table">\n';
  rules['table_close'] = () => '</table></div>\n';
  rules['th_open'] = (tokens, index, options, _environment, self: Renderer) => {
    tokens[index]!.attrSet('scope', 'col');
    // A heading without text is none for who listens.
    return textOf(tokens[index + 1]) === '' ? '<td>' : self.renderToken(tokens, index, options);
  };
  rules['th_close'] = (tokens, index) => (textOf(tokens[index - 1]) === '' ? '</td>\n' : '</th>\n');
  rules['link_open'] = (tokens, index) => {
    const to = link(document, String(tokens[index]!.attrGet('href') ?? ''));
    const isOut = 'href' in to && !to.href.startsWith('#');
    opened.push('file' in to ? '</span>' : '</a>');
    return 'file' in to
      ? `<span class="file-name" title="${escapeHtml(to.file)}, in the checkout">`
      : `<a href="${escapeHtml(to.href)}"${isOut ? ' target="_blank" rel="noreferrer"' : ''}>`;
  };
  rules['link_close'] = () => opened.pop()!;
  rules['image'] = (tokens, index) => {
    const token = tokens[index]!;
    return `<img src="${SEPARATOR}${token.attrGet('src') ?? ''}${SEPARATOR}" alt="${escapeHtml(token.content)}" loading="lazy">`;
  };
  rules['heading_open'] = (tokens, index) => {
    const text = textOf(tokens[index + 1]);
    const id = slug(text);
    anchors.push(id);
    if (tokens[index]!.tag === 'h2') {
      sections.push({ id, title: text });
    }
    return `<${tokens[index]!.tag} id="at-${escapeHtml(id)}" tabindex="-1">`;
  };

  const tokens = markdown.parse(source, {});
  if (tokens[0]?.tag === 'h1') {
    title = textOf(tokens[1]);
    anchors.push(slug(title));
    tokens.splice(0, 3);
  }
  if (title === '') {
    throw new Error(`${document.path}: no title (expected: a heading of the first level at its beginning)`);
  }
  const first = tokens.findIndex(({ type, level }) => type === 'paragraph_open' && level === 0);
  const parts = markdown.renderer.render(tokens, markdown.options, {}).split(SEPARATOR);
  return { title, summary: textOf(tokens[first + 1]), sections, anchors, parts };
}
