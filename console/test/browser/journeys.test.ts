import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConsolePage, hasChromium, launch, PICTURES } from './console-page';

const WAIT = { timeout: 60_000 };

describe.skipIf(!hasChromium())('in Chromium', () => {
  let browser: Browser;
  let opened: ConsolePage | null = null;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const failures = opened?.failures ?? [];
    await opened?.close();
    opened = null;
    expect(failures).toEqual([]);
  });

  async function open(...given: Parameters<typeof ConsolePage.open> extends [unknown, ...infer Rest] ? Rest : never): Promise<ConsolePage> {
    opened = await ConsolePage.open(browser, ...given);
    return opened;
  }

  it('the link signs in, and the credential is in the address no more; signing out forgets it', async () => {
    const { page, ...rest } = await open();
    await opened!.signIn();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${rest.base}/console/#/`);
    await page.reload();
    await page.getByText('1,20').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('who may only look sees what a webhook was sent last and what failed, and changes nothing', async () => {
    const { page, admin } = await open();
    admin.service.role = 'read';
    await opened!.signIn();
    await opened!.go('/apps/webhooks');
    await page.getByRole('button', { name: 'Last deliveries' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('no answer within 15000 ms').waitFor();
    await dialog.getByText('Switched off since').waitFor();
    expect(await opened!.faults()).toEqual([]);
    await page.screenshot({ path: `${PICTURES}webhook-deliveries.png` });
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('button', { name: 'Rotate' }).count()).toBe(0);
  });

  it('a token is revoked from the page of its device', async () => {
    const { page, admin } = await open();
    await opened!.signIn();
    await opened!.go('/devices/phone-0001');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The token of com.example.news on phone-0001 is revoked.').first().waitFor();
    expect(admin.service.asked).toContain('DELETE /v1/admin/devices/phone-0001/registrations/com.example.news');
  });

  it('a credential that is refused is told so, and what to do', async () => {
    const { page, base } = await open();
    await page.goto(`${base}/console/#/sign-in?credential=tad_nobody`);
    await page.getByText('This credential is not accepted').waitFor();
    await page.getByLabel('Credential').fill('tad_K3J9ABCDEF_secret');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('a phone shows what is sent, misses nothing while it is away, gets it in order, and takes back what is withdrawn', async () => {
    const { page, admin } = await open();
    await opened!.signIn();
    await page.getByRole('link', { name: 'Phones' }).click();
    await page.getByRole('button', { name: 'Add a phone' }).first().click();
    await page.getByRole('dialog').getByLabel('Serial number').fill('phone-0001');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('the-token').waitFor();
    await page.getByText('Connected', { exact: true }).waitFor();

    const send = async (text: string): Promise<string> => {
      await page.getByRole('link', { name: 'Send', exact: true }).click();
      expect(await page.getByRole('combobox', { name: 'Token' }).inputValue()).toBe('the-token');
      await page.getByRole('textbox', { name: 'Title', exact: true }).fill('News');
      await page.getByRole('textbox', { name: 'Text' }).fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      const id = await page.locator('[data-test=sent-id]').textContent();
      return id!;
    };
    const first = await send('Hello');
    await page.locator('[data-test=steps]', { hasText: 'Confirmed' }).waitFor();
    await page.locator('[data-test=steps]', { hasText: 'Displayed' }).waitFor();
    await page.getByRole('link', { name: 'Phones' }).click();
    await page.locator('[data-test=badge]', { hasText: '1' }).waitFor();

    await page.getByLabel('Aeroplane mode').click();
    await vi.waitFor(() => expect(admin.broker.connections).toBe(0), WAIT);
    const missed = [await send('one'), await send('two'), await send('three')];
    await page.getByText('Parked').waitFor();
    await page.getByRole('link', { name: 'Phones' }).click();
    expect(await page.locator('.phone-message').count()).toBe(1);
    await page.getByLabel('Aeroplane mode').click();
    await page.locator('[data-test=banner]', { hasText: 'three' }).waitFor();
    await page.screenshot({ path: `${PICTURES}journey-back.png` });
    const shown = await page.locator('.phone-message').evaluateAll((all) => all.map((each) => each.getAttribute('data-id')));
    expect(shown).toEqual([...missed].reverse().concat(first));
    expect(await page.locator('.phone-message').first().textContent()).toContain('while away');
    await page.locator('[data-test=badge]', { hasText: '4' }).waitFor();
    await vi.waitFor(() => expect(admin.broker.confirmed).toEqual([first, ...missed]), WAIT);

    await page.getByRole('link', { name: 'Trace of notification 3' }).click();
    await page.locator('[data-test=id]', { hasText: missed[1]! }).waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByText(`Withdraw ${missed[1]}`).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('1 device is told').waitFor();
    await page.getByRole('link', { name: 'Phones' }).click();
    await page.locator(`[data-id="${missed[1]}"]`).waitFor({ state: 'detached' });
    await page.locator('[data-test=badge]', { hasText: '3' }).waitFor();

    await page.reload();
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await page.locator('.phone-message').count()).toBe(3);
    await page.locator('.phone-message').first().click();
    await vi.waitFor(() => expect(admin.broker.requests.some((each) => each.startsWith('$tidings/opened') && each.includes(missed[2]!))).toBe(true), WAIT);
  });

  it('everything is reached by the keyboard from Ctrl-K', async () => {
    const { page } = await open();
    await opened!.signIn();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search' }).waitFor();
    await page.keyboard.type('phone-017');
    await page.getByRole('option', { name: 'phone-0171' }).waitFor();
    expect(await opened!.faults()).toEqual([]);
    await page.screenshot({ path: `${PICTURES}search.png` });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'phone-0171' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toMatch(/H1|BODY|MAIN/);
  });

  it('who has joined a topic is told a page at a time, and leads to the device', async () => {
    const { page } = await open();
    await opened!.signIn();
    await opened!.go('/topics');
    await page.getByRole('button', { name: 'goals' }).click();
    const card = page.getByRole('region', { name: 'Who has joined goals' });
    await card.getByText('1,204 devices').waitFor();
    expect(await card.locator('tbody tr').count()).toBe(100);
    await card.getByRole('button', { name: 'Next' }).click();
    await card.getByRole('link', { name: 'phone-0200' }).waitFor();
    expect(await opened!.faults()).toEqual([]);
    await page.screenshot({ path: `${PICTURES}subscribers.png`, fullPage: true });
    await card.getByRole('link', { name: 'phone-0101' }).click();
    await page.getByRole('heading', { name: 'phone-0101' }).waitFor();
  });

  it('a guide is found by Ctrl-K, is loaded when it is read, and gives its commands by the keyboard', async () => {
    const { page, context, base } = await open();
    const files: string[] = [];
    page.on('request', (request) => files.push(request.url()));
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
    await opened!.signIn();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const isGuide = (file: string): boolean => /guide|catalog|first-push/.test(file);
    expect(files.filter(isGuide)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('connect a device');
    await page.getByRole('option', { name: '2. Connect a device' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'First push in five minutes' }).waitFor();
    await vi.waitFor(async () => expect(await page.evaluate('document.activeElement.textContent')).toBe('2. Connect a device'), WAIT);
    expect(files.some(isGuide)).toBe(true);

    // From the heading the code, which scrolls, then its button.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('./tidings device --serial my-phone --app com.example.news\n');

    await page.getByRole('link', { name: 'run in production' }).click();
    await page.getByRole('heading', { name: 'Run in production' }).waitFor();
    await page.getByRole('link', { name: 'table of alerts' }).click();
    await vi.waitFor(async () => expect(await page.evaluate('document.activeElement.textContent')).toBe('Alerts'), WAIT);
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().top')).toBeLessThan(300);
    expect(await page.title()).toBe('Guides · Tidings');
    await page.goBack();
    await page.getByRole('heading', { name: 'Run in production' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Guides' }).click();
    await page.getByRole('link', { name: 'From APNs or FCM to here' }).click();
    await page.getByRole('heading', { name: 'From APNs or FCM to here' }).waitFor();
  });

  it('a guide says in Chinese that it is in English, and leads to what is in Chinese', async () => {
    const { page } = await open({ locale: 'zh-CN' });
    await opened!.signIn();
    await opened!.go('/guides/production');
    await page.getByText('本文档为英文。').waitFor();
    expect(await page.locator('article').getAttribute('lang')).toBe('en');
    await page.getByRole('link', { name: 'Tidings 简介（中文）' }).click();
    await page.locator('article[lang=zh-CN]').waitFor();
    expect(await page.getByText('本文档为英文。').count()).toBe(0);
  });

  it('a device is erased only by who writes its name', async () => {
    const { page, admin } = await open();
    await opened!.signIn();
    await opened!.go('/devices/phone-0001');
    await page.getByRole('button', { name: 'Erase …' }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase phone-0001' });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel('Type phone-0001 to confirm').fill('phone-000');
    expect(await erase.isDisabled()).toBe(true);
    expect(await opened!.faults()).toEqual([]);
    await dialog.getByLabel('Type phone-0001 to confirm').fill('phone-0001');
    await erase.click();
    await page.getByText('Done').waitFor();
    expect(admin.service.asked).toContain('DELETE /v1/admin/devices/phone-0001');
  });

  it('the history is read a page at a time, forth and back, and filtered at the server', async () => {
    const { page, admin } = await open();
    await opened!.signIn();
    await opened!.go('/notifications?app=com.example.news');
    await page.getByText('Page 1 · 100 rows').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 2 · 100 rows').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 3 · 50 rows').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText('Page 2 · 100 rows').waitFor();
    await page.getByRole('button', { name: 'Expired 31' }).click();
    expect(await page.getByLabel('Outcome').inputValue()).toBe('expired');
    await vi.waitFor(() => expect(admin.service.asked.some((each) => each.includes('outcome=expired'))).toBe(true), WAIT);
    await vi.waitFor(async () => expect(new Set(await page.locator('tbody .chip').allTextContents())).toEqual(new Set(['Expired'])), WAIT);
  });

  it('the live tail shows each notification in the moment it is confirmed', async () => {
    const { page } = await open();
    await opened!.signIn();
    await opened!.go('/phones');
    await page.getByRole('button', { name: 'Add a phone' }).first().click();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('the-token').waitFor();
    await opened!.go('/notifications?app=com.example.news');
    await page.getByLabel('Live tail').click();
    await page.getByText('Waiting for the next one').waitFor();
    await page.locator('.live.is-open', { hasText: '0 since it is on' }).waitFor();
    const id = await page.evaluate(`fetch('/v1/notifications', { method: 'POST', headers: { authorization: 'Bearer tad_K3J9ABCDEF_secret', 'content-type': 'application/json' }, body: JSON.stringify({ target: { token: 'the-token' }, app: 'com.example.news', payload: { aps: { alert: 'x' } } }) }).then((answer) => answer.json()).then(({ id }) => id)`);
    await page.getByRole('link', { name: String(id) }).waitFor();
  });

  it('a broadcast tells how far it has come and can be stopped', async () => {
    const { page } = await open();
    await opened!.signIn();
    await opened!.go('/topics');
    await page.getByRole('button', { name: 'goals' }).click();
    await page.getByRole('textbox', { name: 'Text' }).fill('1:0');
    await page.getByRole('button', { name: 'Send to all of goals' }).click();
    await page.getByText('40,000').first().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
  });

  it('what the service says of a request is shown, and the fields that are wrong', async () => {
    const { page, admin } = await open();
    await opened!.signIn();
    await opened!.go('/send?token=the-token&app=com.example.news');
    await page.getByText('More: priority').click();
    await page.getByLabel('Time to live (s)').fill('-1');
    await page.getByRole('button', { name: 'Check only' }).click();
    await page.getByText('ttl: -1 (expected: a whole number of seconds from 0 to 315360000)').waitFor();
    await page.getByLabel('Time to live (s)').fill('60');
    await page.getByRole('button', { name: 'Check only' }).click();
    await page.getByText('The request is good. Nothing was sent.').waitFor();
    await opened!.go('/apps/teams');
    await page.getByRole('button', { name: 'Add a team' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Press');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a team' }).click();
    await page.getByText('Press (one that no team has)').waitFor();
    await page.keyboard.press('Escape');
    admin.service.away.add('/v1/admin/devices');
    await opened!.go('/devices');
    await page.getByText('a part of the history is being restored').waitFor();
    admin.service.away.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'phone-0001' }).waitFor();
  });

  it('a secret is shown once', async () => {
    const { page } = await open();
    await opened!.signIn();
    await opened!.go('/apps/api-keys');
    await page.getByRole('button', { name: 'Add an API key' }).click();
    await page.getByRole('dialog').getByLabel('Team').fill('ABCDE12345');
    await page.getByRole('dialog').getByRole('button', { name: 'Add an API key' }).click();
    await page.getByText('tid_NEWKEYNEWK_0123456789abcdef').waitFor();
    expect(await opened!.faults()).toEqual([]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.getByText('tid_NEWKEYNEWK').count()).toBe(0);
  });

  it('who may only read has nothing to change with', async () => {
    const { page } = await open({}, (admin) => (admin.service.role = 'read'));
    await opened!.signIn();
    await opened!.go('/devices/phone-0001');
    await page.getByRole('heading', { name: 'Registrations' }).waitFor();
    for (const name of ['Erase …', 'Disconnect', 'Revoke', 'Send again']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    }
    await opened!.go('/send?token=the-token');
    await page.getByText('You are signed in to read.').waitFor();
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  });

  it('an alarm is seen on every page, and remembered when it has ended', async () => {
    const { page, admin } = await open();
    admin.service.alarms = [{ alarm: 'node-silent', severity: 'critical', detail: 'delivery-node-2 (10.0.0.2:1884) does not answer', since: new Date().toISOString() }];
    await opened!.signIn();
    await page.getByText('delivery-node-2 (10.0.0.2:1884) does not answer').waitFor();
    await page.screenshot({ path: `${PICTURES}alarm.png` });
    await opened!.go('/audit');
    await page.locator('.nav-count', { hasText: '1' }).waitFor();
    admin.service.alarms = [];
    await opened!.go('/');
    await page.getByText('One alarm has ended').waitFor();
  });
});
