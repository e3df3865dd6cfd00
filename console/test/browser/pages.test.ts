import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsolePage, hasChromium, launch, PICTURES } from './console-page';

const TRACE = '0194d9f6-174a-7d12-8dc6-643fe6330001';
/** Each page, and what is there when it is whole. */
const PAGES: readonly [name: string, path: string, there: string][] = [
  ['overview', '/', '.table'],
  ['phones', '/phones', '.phone, .empty'],
  ['send', '/send?token=the-token&app=com.example.news&ready=1', '.code'],
  ['trace', `/trace/${TRACE}`, '.steps'],
  ['trace-empty', '/trace', '.empty'],
  ['notifications', '/notifications?app=com.example.news', '.table'],
  ['notifications-apps', '/notifications?app=com.example.news,com.example.shop', '.table'],
  ['notifications-empty', '/notifications?app=com.example.empty', '.empty'],
  ['devices', '/devices', '.table'],
  ['device', '/devices/phone-0001', '#replay'],
  ['device-unknown', '/devices/nobody', '.empty'],
  ['topics', '/topics', '.table'],
  ['apps', '/apps/keys', '.table'],
  ['webhooks', '/apps/webhooks', '.table'],
  ['check', '/apps/check?token=' + 'f'.repeat(64), '.notice'],
  ['guides', '/guides', '.guide-list'],
  ['guide', '/guides/first-push', '.prose .code'],
  ['guide-tables', '/guides/from-apns-or-fcm', '.prose .table'],
  ['document', '/guides/readme.zh', '.prose img'],
  ['guide-unknown', '/guides/nothing', '.empty'],
  ['audit', '/audit', '.table'],
];
const WINDOWS = [{ name: 'wide', width: 1280, height: 860 }, { name: 'phone', width: 390, height: 844 }];

describe.skipIf(!hasChromium())('each page', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  for (const window of WINDOWS) {
    for (const theme of ['light', 'dark'] as const) {
      it(`has nothing that axe finds, fits, and breaks no policy: ${window.name}, ${theme}`, async () => {
        const opened = await ConsolePage.open(browser, { viewport: { width: window.width, height: window.height }, colorScheme: theme, reducedMotion: 'reduce' });
        try {
          const { page } = opened;
          await page.goto(`${opened.base}/console/`);
          await page.getByLabel('Credential').waitFor();
          const faults: string[] = [];
          const look = async (name: string): Promise<void> => {
            await page.screenshot({ path: `${PICTURES}${name}-${window.name}-${theme}.png`, fullPage: true });
            faults.push(...(await opened.faults()).map((fault) => `${name}: ${fault}`));
            const overhang = await opened.overhang();
            if (overhang > 0) {
              faults.push(`${name}: ${overhang} pixels too wide`);
            }
          };
          await look('sign-in');
          await opened.signIn();
          await page.locator('.shell').waitFor();
          await withPhone(opened);
          for (const [name, path, there] of PAGES) {
            await opened.go(path);
            await page.locator(`.main ${there}`).first().waitFor();
            await opened.settled();
            await look(name);
          }
          expect(faults).toEqual([]);
          expect(opened.failures).toEqual([]);
        } finally {
          await opened.close();
        }
      });
    }
  }

  it('is there in Chinese too', async () => {
    const opened = await ConsolePage.open(browser, { locale: 'zh-CN', viewport: { width: 1280, height: 860 } });
    try {
      await opened.signIn();
      const { page } = opened;
      expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
      for (const [name, path, there] of PAGES) {
        await opened.go(path);
        await page.locator(`.main ${there}`).first().waitFor();
        expect(await page.locator('h1').textContent(), name).toMatch(/[一-鿿]|phone-0001|nobody|First push|From APNs|Tidings/);
        expect(await opened.overhang(), name).toBeLessThanOrEqual(0);
      }
      await page.screenshot({ path: `${PICTURES}audit-chinese.png` });
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Audit log' }).waitFor();
      expect(opened.failures).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});

/** A phone with three notifications, so that there is something to look at. */
async function withPhone(opened: ConsolePage): Promise<void> {
  const { page, admin } = opened;
  await opened.go('/phones');
  await page.getByRole('button', { name: 'Add a phone' }).first().click();
  await page.getByRole('dialog').getByLabel('Serial number').fill('phone-0001');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('the-token').waitFor();
  ['Final whistle: 2:1', 'Tickets for the final are on sale', 'Penalty!'].forEach((body, i) => admin.broker.push(`0194d9f6-174a-7d12-8dc6-64000000000${i}`, { aps: { alert: { title: 'Sport', body } } }));
  await page.locator('[data-test=badge]', { hasText: '3' }).waitFor();
}
