import type { Texts } from '../texts';
import type { Shape } from '../ui/icon-shapes';

export interface NavPage {
  readonly name: keyof Texts['nav']['pages'];
  readonly path: string;
  readonly shape: Shape;
}

export interface NavGroup {
  readonly name: keyof Texts['nav']['groups'];
  readonly pages: readonly NavPage[];
}

export const groups: readonly NavGroup[] = [
  { name: 'watch', pages: [
    { name: 'overview', path: '/', shape: 'overview' },
    { name: 'notifications', path: '/notifications', shape: 'list' },
    { name: 'trace', path: '/trace', shape: 'trace' },
    { name: 'devices', path: '/devices', shape: 'device' },
  ] },
  { name: 'try', pages: [
    { name: 'phones', path: '/phones', shape: 'phone' },
    { name: 'send', path: '/send', shape: 'send' },
    { name: 'topics', path: '/topics', shape: 'topic' },
  ] },
  { name: 'decide', pages: [
    { name: 'apps', path: '/apps', shape: 'key' },
    { name: 'audit', path: '/audit', shape: 'audit' },
  ] },
  { name: 'read', pages: [
    { name: 'guides', path: '/guides', shape: 'guide' },
  ] },
];

/** Whether a page, or one below it, is the one at this path. */
export function isAt({ path }: NavPage, at: string): boolean {
  return path === '/' ? at === '/' : at === path || at.startsWith(`${path}/`);
}
