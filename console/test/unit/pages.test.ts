// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { Account, Step, Trace } from '../../src/api/types';
import { creation, kinds } from '../../src/apps/entry-kinds';
import { parseJwt, remarks } from '../../src/apps/jwt';
import { rowOf } from '../../src/notifications/live-rows';
import { LiveOverview } from '../../src/overview/live-overview';
import { shownOf } from '../../src/phones/shown';
import { guides } from '../../src/guides/catalog';
import { findings } from '../../src/shell/findings';
import { en } from '../../src/texts/en';
import { firstLanguage } from '../../src/texts';
import { bytes, millis, number, seconds } from '../../src/texts/format';
import { zh } from '../../src/texts/zh';
import { accountsOf, isEnded, merged, timed } from '../../src/trace/account';
import { overview } from '../fake/recorded';
import type { Overview } from '../../src/api/overview-types';
import { AdminApi } from '../../src/api/admin-api';

const step = (name: string, atMillis: number): Step => ({ step: name, at: new Date(atMillis).toISOString(), atMillis, where: 'node' });

describe('a trace', () => {
  it('has the time that each step took, and none less than nothing', () => {
    const steps = timed([step('accepted', 1_000), step('resolved', 1_100), step('pushed', 1_090), step('confirmed', 1_200)]);
    expect(steps.map(({ after, took }) => [after, took])).toEqual([[0, 0], [100, 100], [90, 0], [200, 110]]);
    expect(steps[3]!.from).toBeCloseTo(45);
    expect(steps[3]!.width).toBeCloseTo(55);
  });

  it('takes in what the stream tells of a token, and leaves other ids alone', () => {
    const trace: Trace = { id: 'a', uniqueId: '1', outcome: 'pending', steps: [step('accepted', 0)], location: { inbox: 'n' }, others: [{ id: 'a', uniqueId: '2', outcome: 'pending' }], next: '/n' };
    const told: Account = { id: 'a', uniqueId: '1', outcome: 'delivered', steps: [step('accepted', 0), step('confirmed', 5)] };
    const after = merged(trace, told)!;
    expect(after).toMatchObject({ outcome: 'delivered', next: '/n' });
    expect(after.location).toBeUndefined();
    expect(accountsOf(after).map(({ uniqueId }) => uniqueId)).toEqual(['1', '2']);
    expect(accountsOf(merged(after, { ...told, uniqueId: '3' })!)).toHaveLength(3);
    expect(merged(trace, { ...told, id: 'b' })).toBeNull();
  });

  it('has ended with any outcome but pending', () => {
    expect(['pending', 'accepted', 'resolved', 'delivered', 'expired'].map((outcome) => isEnded({ outcome }))).toEqual([false, false, false, true, true]);
  });

  it('is a row of the live tail', () => {
    expect(rowOf({ id: 'a', uniqueId: '1', app: 'x', device: 'p', outcome: 'delivered', steps: [step('accepted', 0), step('confirmed', 5)] })).toMatchObject({ lastStep: 'confirmed', acceptedAt: new Date(0).toISOString(), device: 'p' });
    expect(rowOf({ message: 'unreadable' })).toBeNull();
  });
});

describe('a search', () => {
  const of = (typed: string): string[] => findings(typed, ['phone-1', 'phone-2'], ['com.example.news'], guides, en).map(({ to }) => to);

  it('leads to pages, devices and apps by their names', () => {
    expect(of('over')[0]).toBe('/');
    expect(of('phone')).toEqual(expect.arrayContaining(['/phones', '/devices/phone-1', '/devices/phone']));
    expect(of('news')).toContain('/notifications?app=com.example.news');
    expect(of('')).toHaveLength(2 + 10);
  });

  it('leads to guides and to what their headings name', () => {
    expect(of('first push')).toContain('/guides/first-push');
    expect(of('back up')).toContain('/guides/production?at=7-upgrade-back-up-size');
    expect(of('e').filter((to) => to.startsWith('/guides/'))).toHaveLength(6);
  });

  it('leads to the trace of an id and to the check of a token', () => {
    expect(of('0194D9F6-174A-7D12-8DC6-643FE633EC6A')[0]).toBe('/trace/0194d9f6-174a-7d12-8dc6-643fe633ec6a');
    expect(of('ab'.repeat(32))[0]).toBe(`/apps/check?token=${'ab'.repeat(32)}`);
  });

  it('escapes what a name may have', () => {
    expect(of('a/b?#')).toContain('/devices/a%2Fb%3F%23');
  });
});

describe('texts', () => {
  const shape = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, each]) => shape(each, `${path}.${name}`)) : [`${path}:${typeof value}`];

  it('are there in Chinese, every one', () => {
    expect(shape(zh)).toEqual(shape(en));
  });

  it('are in Chinese, save names and what is written the same', () => {
    const same = (one: unknown, other: unknown, path = ''): string[] =>
      typeof one === 'object' && one !== null
        ? Object.entries(one).flatMap(([name, each]) => same(each, (other as Record<string, unknown>)[name], `${path}.${name}`))
        : one === other && one !== '' ? [path] : [];
    const alike = ['.overview.transports.tcp', '.overview.transports.websocket', '.apps.fields.url', '.apps.parts.webhooks', '.apps.nouns.webhooks'];
    expect(same(en, zh).filter((path) => !alike.includes(path))).toEqual([]);
  });

  it('begin in the language of the browser, or the one that was chosen', () => {
    expect(firstLanguage(null, ['fr', 'zh-TW', 'en'])).toBe('zh');
    expect(firstLanguage(null, ['fr'])).toBe('en');
    expect(firstLanguage('en', ['zh'])).toBe('en');
  });

  it('tell numbers shortly', () => {
    expect([number(null), number(1_234.56, 1), bytes(0), bytes(893_021), millis(3.14), millis(61_000), seconds(0.4), seconds(90_000)]).toEqual(['–', '1,234.6', '0 B', '872.1 KiB', '3.1 ms', '61 s', '0.4 s', '25 h']);
  });
});

describe('a JWT', () => {
  const jwt = (header: object, claims: object): string => [header, claims].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url')).concat('c2ln').join('.');

  it('is read with any letters', () => {
    expect(parseJwt(jwt({ alg: 'ES256' }, { sub: '手机-1' })).claims).toEqual({ sub: '手机-1' });
    expect(() => parseJwt('a.b')).toThrow();
    expect(() => parseJwt('!.!.!')).toThrow();
  });

  it('has nothing wrong, or what is wrong by its kind', () => {
    const of = (header: object, claims: object, kind: 'provider' | 'device'): readonly string[] => remarks(parseJwt(jwt(header, claims)), kind, 10_000);
    expect(of({ alg: 'RS256' }, { iss: 'i', sub: 's', exp: 10_001 }, 'device')).toEqual([]);
    expect(of({ alg: 'none' }, { exp: 9_999 }, 'device')).toEqual(['unsigned', 'expired', 'no-iss', 'no-sub']);
    expect(of({ alg: 'ES256', kid: 'k' }, { iss: 'T', iat: 9_000 }, 'provider')).toEqual([]);
    expect(of({ alg: 'RS256' }, { iat: 1_000 }, 'provider')).toEqual(['bad-alg', 'old', 'no-iss', 'no-kid']);
    expect(of({ alg: 'ES256', kid: 'k' }, { iss: 'T', iat: 20_000 }, 'provider')).toEqual(['not-yet']);
    expect(of({ alg: 'ES256' }, { iss: 'T', sub: 's' }, 'device')).toEqual(['no-exp']);
  });
});

describe('entries', () => {
  const kind = (part: string): (typeof kinds)[number] => kinds.find((each) => each.part === part)!;

  it('are asked for with what was typed, and nothing else', () => {
    expect(creation(kind('api-keys'), { team: ' ABCDE12345 ', apps: 'a.b, c.d' })).toEqual({ method: 'POST', path: '/v1/admin/api-keys', body: { team: 'ABCDE12345', apps: ['a.b', 'c.d'] } });
    expect(creation(kind('webhooks'), { app: 'a.b', url: 'https://x', maxEvents: '' }).body).toEqual({ app: 'a.b', url: 'https://x' });
  });

  it('are limits of a team or of an app', () => {
    expect(creation(kind('limits'), { of: 'ABCDE12345', perSecond: '5' })).toEqual({ method: 'PUT', path: '/v1/admin/limits/teams/ABCDE12345', body: { perSecond: 5 } });
    expect(creation(kind('limits'), { of: 'com.example.news', perSecond: '0' }).path).toBe('/v1/admin/limits/apps/com.example.news');
    expect(kind('limits').pathOf({ app: 'a.b' })).toBe('/v1/admin/limits/apps/a.b');
  });

  it('are found by names that need escaping', () => {
    expect(kind('issuers').pathOf({ issuer: 'https://id.example.com' })).toBe('/v1/admin/issuers/https%3A%2F%2Fid.example.com');
  });
});

describe('the overview', () => {
  it('keeps five minutes and the alarms that have ended', () => {
    const live = new LiveOverview(new AdminApi(() => null, () => undefined));
    const alarm = { alarm: 'node-silent', severity: 'critical', detail: 'delivery-node-2', since: '2026-01-01T00:00:00.000Z' };
    for (let second = 0; second < 400; second++) {
      live.take(overview(second, second === 3 ? [alarm] : []) as Overview);
    }
    expect(live.course.value.times).toHaveLength(300);
    expect(live.course.value.p99).toHaveLength(300);
    expect(live.alarms.value).toEqual([]);
    expect(live.past.value).toHaveLength(1);
  });
});

describe('a phone', () => {
  const notification = (payload: object, more: object = {}) => ({ id: 'a', app: 'x', payload: JSON.stringify(payload), properties: {}, repeated: false, ...more });

  it('shows the alert, or the payload of what has none', () => {
    expect(shownOf(notification({ aps: { alert: { title: 'T', body: 'B' } } }), 0, 1, true)).toMatchObject({ title: 'T', body: 'B', isSilent: false, isMissed: true });
    expect(shownOf(notification({ aps: { 'content-available': 1 } }), 0, 1, false)).toMatchObject({ isSilent: true, body: '{"aps":{"content-available":1}}' });
    expect(shownOf(notification({ aps: { alert: 'x'.repeat(5_000) } }), 0, 1, false).body).toHaveLength(600);
  });
});
