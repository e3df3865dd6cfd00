import type { Texts } from '../texts';
import type { Guide } from '../guides/catalog';
import type { Shape } from '../ui/icon-shapes';
import { groups } from './pages';

/** Where a search may lead. */
export interface Finding {
  readonly key: string;
  readonly shape: Shape;
  readonly title: string;
  readonly text: string;
  readonly to: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TOKEN = /^[0-9a-f]{64}$/i;
const MOST_DEVICES = 8;
const MOST_GUIDES = 6;

/** What is meant by what was typed: an id, a token, a page, an app, a device, a guide. */
export function findings(typed: string, devices: readonly string[], apps: readonly string[], guides: readonly Guide[], t: Texts): Finding[] {
  const asked = typed.trim();
  const low = asked.toLowerCase();
  const found: Finding[] = [];
  if (UUID.test(asked)) {
    found.push({ key: 'trace', shape: 'trace', title: asked, text: t.search.trace, to: `/trace/${low}` });
    found.push({ key: 'broadcast', shape: 'topic', title: asked, text: t.search.broadcast, to: `/topics/broadcasts/${low}` });
  }
  if (TOKEN.test(asked)) {
    found.push({ key: 'token', shape: 'key', title: `${asked.slice(0, 16)}…`, text: t.search.token, to: `/apps/check?token=${low}` });
  }
  for (const page of groups.flatMap((group) => group.pages)) {
    const name = t.nav.pages[page.name];
    if (name.toLowerCase().includes(low) || page.name.includes(low)) {
      found.push({ key: `page ${page.name}`, shape: page.shape, title: name, text: t.search.page, to: page.path });
    }
  }
  for (const device of devices.slice(0, MOST_DEVICES)) {
    found.push({ key: `device ${device}`, shape: 'device', title: device, text: t.search.device, to: `/devices/${encodeURIComponent(device)}` });
  }
  for (const app of asked ? apps.filter((each) => each.toLowerCase().includes(low)).slice(0, 5) : []) {
    found.push({ key: `app ${app}`, shape: 'list', title: app, text: t.search.app, to: `/notifications?app=${encodeURIComponent(app)}` });
  }
  found.push(...(asked ? read(low, guides, t) : []));
  if (asked && !UUID.test(asked) && !TOKEN.test(asked) && !devices.includes(asked)) {
    found.push({ key: 'named', shape: 'device', title: asked, text: t.search.deviceNamed, to: `/devices/${encodeURIComponent(asked)}` });
  }
  return found;
}

/** The guides whose title has it, then the headings in them. */
function read(low: string, guides: readonly Guide[], t: Texts): Finding[] {
  const has = ({ title }: { title: string }): boolean => title.toLowerCase().includes(low);
  const whole = guides.filter(has).map(({ name, title }) => ({ key: `guide ${name}`, shape: 'guide' as const, title, text: t.search.guide, to: `/guides/${name}` }));
  const parts = guides.flatMap(({ name, title, sections }) =>
    sections.filter(has).map((section) => ({ key: `guide ${name} ${section.id}`, shape: 'guide' as const, title: section.title, text: title, to: `/guides/${name}?at=${encodeURIComponent(section.id)}` })));
  return [...whole, ...parts].slice(0, MOST_GUIDES);
}
