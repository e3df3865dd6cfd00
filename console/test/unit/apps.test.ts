// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { type App, type Component, createApp, h, nextTick, ref } from 'vue';
import { about, appsOf } from '../../src/notifications/filters';
import JwtCheck from '../../src/apps/jwt-check.vue';
import WebhookDeliveries from '../../src/apps/webhook-deliveries.vue';
import { SignIn, signInKey } from '../../src/session/session';

const open: App[] = [];
afterEach(() => open.splice(0).forEach((app) => app.unmount()));

/** Shows a part of a page; `answers` has what the admin port says, by the path. */
async function show(part: Component, answers: Record<string, object>, properties: () => object = () => ({})): Promise<HTMLElement> {
  const session = { id: 'A', name: 'a', role: 'read', features: ['jwt-check', 'webhook-deliveries'] };
  const all: Record<string, object> = { '/v1/admin/session': session, ...answers };
  const signIn = new SignIn(null, (input) => Promise.resolve(new Response(JSON.stringify(all[String(input)] ?? {}), { status: all[String(input)] ? 200 : 404 })));
  await signIn.enter('tad_X');
  const app = createApp({ render: () => h(part, properties()) });
  open.push(app);
  app.provide(signInKey, signIn);
  const root = document.body.appendChild(document.createElement('div'));
  app.mount(root);
  return root;
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) {
    await new Promise((done) => setTimeout(done));
    await nextTick();
  }
};

describe('the check of a JWT', () => {
  const jwt = [{ alg: 'ES256' }, { iss: 'i', sub: 'p', exp: 4_102_444_800 }].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url')).concat('c2ln').join('.');
  const said = async (verdict: object): Promise<Element> => {
    const root = await show(JwtCheck, { '/v1/admin/checks/jwt': verdict });
    const field = root.querySelector('textarea')!;
    field.value = jwt;
    field.dispatchEvent(new Event('input'));
    await settled();
    root.querySelector('form')!.dispatchEvent(new Event('submit'));
    await settled();
    return [...root.querySelectorAll('[role=status]')].at(-1)!;
  };

  it('says whose it is, why it is refused, or that only the nodes know', async () => {
    const good = await said({ accepted: true, owner: 'device p, team T' });
    expect([good.className, good.textContent]).toEqual(['notice is-good', 'Accepted. device p, team T']);
    const bad = await said({ accepted: false, reason: 'token: expired' });
    expect([bad.className, bad.textContent]).toEqual(['notice is-bad', 'Refused. token: expired']);
    const unknown = await said({ accepted: null, reason: 'keys are at a URL' });
    expect([unknown.className, unknown.textContent]).toEqual(['notice is-warn', 'Not decided here. keys are at a URL']);
  });
});

describe('the last deliveries to a webhook', () => {
  it('tell what failed, when it is sent again, and who else may send', async () => {
    const isOpen = ref(false);
    await show(WebhookDeliveries, {
      '/v1/admin/webhooks/HOOK000001/deliveries': {
        disabledSince: null, disabledWhy: null, failingSince: '2026-11-30T10:00:00Z', servedHere: false,
        deliveries: [
          { at: '2026-11-30T10:00:05Z', tookMillis: 40, events: 3, taken: false, status: 500, failure: 'the endpoint answers 500', nextAt: '2026-11-30T10:00:20Z' },
          { at: '2026-11-30T09:59:00Z', tookMillis: 12, events: 7, taken: true, status: 204, failure: null, nextAt: null },
        ],
      },
    }, () => ({ webhook: 'HOOK000001', open: isOpen.value }));
    isOpen.value = true;
    await settled();
    const text = document.body.textContent ?? '';
    expect(text).toContain('the endpoint answers 500');
    expect(text).toContain('It has taken nothing since');
    expect(text).toContain('Another ingest-api process');
    expect([...document.querySelectorAll('tbody .chip')].map((each) => [each.textContent, each.classList.contains('is-good')])).toEqual([['500', false], ['204', true]]);
    expect([...document.querySelectorAll('tbody time')].map((each) => each.getAttribute('datetime'))).toContain('2026-11-30T10:00:20.000Z');
  });
});

describe('the history of several apps', () => {
  it('names each app once, and ten at most', () => {
    expect(appsOf(' a.b, c.d a.b,, ')).toEqual(['a.b', 'c.d']);
    expect(appsOf('')).toEqual([]);
    expect(appsOf(Array.from({ length: 12 }, (_, i) => `a${i}`).join(','))).toHaveLength(10);
    expect(about('/v1/notifications', ['a.b', 'c&d'])).toBe('/v1/notifications?app=a.b&app=c%26d');
  });
});
