// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type App, type Component, createApp, h, nextTick, ref } from 'vue';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { about, appsOf } from '../../src/notifications/filters';
import NotificationsPage from '../../src/notifications/notifications-page.vue';
import OutcomeCounts from '../../src/notifications/outcome-counts.vue';
import JwtCheck from '../../src/apps/jwt-check.vue';
import WebhookDeliveries from '../../src/apps/webhook-deliveries.vue';
import { SignIn, signInKey } from '../../src/session/session';

const open: App[] = [];
afterEach(() => open.splice(0).forEach((app) => app.unmount()));

/** Shows a part of a page; `answers` has what the admin port says, by the path. */
async function show(part: Component, answers: Record<string, object>, properties: () => object = () => ({}), special: (path: string) => Promise<Response> | null = () => null, router?: Router): Promise<HTMLElement> {
  const session = { id: 'A', name: 'a', role: 'read', features: ['jwt-check', 'webhook-deliveries'] };
  const all: Record<string, object> = { '/v1/admin/session': session, ...answers };
  const signIn = new SignIn(null, (input) => special(String(input)) ?? Promise.resolve(new Response(JSON.stringify(all[String(input)] ?? {}), { status: all[String(input)] ? 200 : 404 })));
  await signIn.enter('tad_X');
  const app = createApp({ render: () => h(part, properties()) });
  open.push(app);
  app.provide(signInKey, signIn);
  if (router) {
    app.use(router);
  }
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

  it('says nothing about another one, nor when its answer comes late', async () => {
    const answers: ((answer: Response) => void)[] = [];
    const root = await show(JwtCheck, {}, undefined, (path) => (path.endsWith('/jwt') ? new Promise((answer) => answers.push(answer)) : null));
    const verdicts = (): (string | null)[] => [...root.querySelectorAll('[role=status] strong')].map((each) => each.textContent);
    const field = root.querySelector('textarea')!;
    const type = async (text: string): Promise<void> => {
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await settled();
    };
    const check = async (): Promise<void> => {
      root.querySelector('form')!.dispatchEvent(new Event('submit'));
      await settled();
    };
    const answer = async (): Promise<void> => {
      answers.shift()!(new Response(JSON.stringify({ accepted: true, owner: 'device p' })));
      await settled();
    };
    await type(jwt);
    await check();
    await answer();
    expect(verdicts()).toEqual(['Accepted.']);
    await type(`${jwt}2`);
    expect(verdicts()).toEqual([]);
    await check();
    await answer();
    root.querySelector<HTMLInputElement>('input[value=provider]')!.click();
    await settled();
    expect(verdicts()).toEqual([]);
    await check();
    await type(`${jwt}3`);
    await answer();
    expect(verdicts()).toEqual([]);
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
  it('has nothing of other apps, while theirs is loaded, after a failure, and in an emptied field', async () => {
    const apps = ref<readonly string[]>(['one']);
    const of = (app: string): object => ({ rows: [{ outcome: 'delivered', notifications: 7 }], app });
    const root = await show(OutcomeCounts, { '/v1/statistics?app=one&by=outcome': of('one'), '/v1/statistics?app=three&by=outcome': of('three') }, () => ({ apps: apps.value, modelValue: '' }));
    await settled();
    expect(root.querySelectorAll('button')).toHaveLength(1);
    apps.value = ['two'];
    await settled();
    expect(root.querySelectorAll('button')).toHaveLength(0);
    apps.value = ['three'];
    await vi.waitFor(() => expect(root.querySelectorAll('button')).toHaveLength(1), { timeout: 30_000 });
    apps.value = [];
    await settled();
    expect(root.querySelectorAll('button')).toHaveLength(0);
  });

  it('has no rows of the app that was in the field before', async () => {
    const rows = [{ id: 'id-1', uniqueId: '1', app: 'one', device: 'p', outcome: 'delivered', acceptedAt: '2026-11-30T10:00:05Z', lastStep: 'confirmed', lastStepAt: '2026-11-30T10:00:06Z' }];
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', name: 'notifications', component: NotificationsPage }] });
    await router.push('/notifications?app=one');
    const root = await show(NotificationsPage, { '/v1/notifications?app=one&order=newest&limit=100': { notifications: rows } }, undefined, undefined, router);
    await settled();
    expect(root.querySelectorAll('tbody tr')).toHaveLength(1);
    const field = root.querySelector('input')!;
    field.value = 'two';
    field.dispatchEvent(new Event('input'));
    await settled();
    expect(root.querySelectorAll('tbody tr')).toHaveLength(0);
  });

  it('names each app once, and ten at most', () => {
    expect(appsOf(' a.b, c.d a.b,, ')).toEqual(['a.b', 'c.d']);
    expect(appsOf('')).toEqual([]);
    expect(appsOf(Array.from({ length: 12 }, (_, i) => `a${i}`).join(','))).toHaveLength(10);
    expect(about('/v1/notifications', ['a.b', 'c&d'])).toBe('/v1/notifications?app=a.b&app=c%26d');
  });
});
