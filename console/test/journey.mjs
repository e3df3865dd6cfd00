// The console in Chromium in front of real services, for a test of e2e:
//   node journey.mjs LINK PICTURES
// LINK is the one that ./tidings up prints. It ends with 0 if a person could do all of it.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [link, pictures] = process.argv.slice(2);
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const SERIAL = 'console-phone';
const say = (what) => process.stdout.write(`${what}\n`);

function equal(one, other, what) {
  if (JSON.stringify(one) !== JSON.stringify(other)) {
    throw new Error(`${what}: ${JSON.stringify(one)} (expected: ${JSON.stringify(other)})`);
  }
}

mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const failures = [];
page.on('pageerror', (failure) => failures.push(String(failure)));
page.on('console', (message) => {
  // Browsers log by themselves what could not be loaded: what is not known yet, and connections while there is no network.
  if (message.type() === 'error' && !/^Failed to load resource|^WebSocket connection/.test(message.text())) {
    failures.push(message.text());
  }
});
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
const phones = () => page.getByRole('link', { name: 'Phones' }).click();
const shown = () => page.locator('.phone-message').evaluateAll((all) => all.map((each) => each.getAttribute('data-id')));

async function send(text) {
  await page.getByRole('link', { name: 'Send', exact: true }).click();
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('News');
  await page.getByRole('textbox', { name: 'Text' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const id = await page.locator('[data-test=sent-id]').textContent();
  say(`sent ${id}`);
  return id;
}

try {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  equal(page.url().includes('tad_'), false, 'the credential in the address');
  await page.locator('.live.is-open').waitFor();
  await page.getByText('No alarms').waitFor();
  await page.getByRole('region', { name: 'Delivery nodes' }).locator('tbody tr').first().waitFor();
  await picture('overview');
  say('overview');

  await phones();
  await page.getByRole('button', { name: 'Add a phone' }).first().click();
  await page.getByRole('dialog').getByLabel('Serial number').fill(SERIAL);
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
  await page.locator('.phone-token code[title]:not([title=""])').waitFor();
  say('registered');

  await page.getByLabel(`Topic that ${SERIAL} joins`).fill('goals');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Leave goals' }).waitFor();
  await page.getByRole('link', { name: 'Topics' }).click();
  await page.getByRole('button', { name: 'goals' }).click();
  const subscribers = page.getByRole('region', { name: 'Who has joined goals' });
  await subscribers.getByText('1 device', { exact: true }).waitFor();
  await subscribers.getByRole('link', { name: SERIAL }).waitFor();
  await picture('topics');
  say('joined');

  const first = await send('Hello');
  await page.locator('[data-test=steps]', { hasText: 'Confirmed' }).waitFor();
  await picture('sent');
  await phones();
  await page.locator('[data-test=badge]', { hasText: '1' }).waitFor();
  equal(await shown(), [first], 'shown');

  await page.getByLabel('Aeroplane mode').click();
  const missed = [await send('one'), await send('two'), await send('three')];
  await page.locator('[data-test=steps]', { hasText: 'Parked' }).waitFor();
  await page.getByRole('link', { name: 'Devices' }).click();
  await page.getByLabel('Serial number').fill(SERIAL);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Inbox' }).locator('tbody tr').nth(2).waitFor();
  await picture('device');
  await phones();
  await page.getByLabel('Aeroplane mode').click();
  await page.locator('[data-test=banner]', { hasText: 'three' }).waitFor();
  equal(await shown(), [...missed].reverse().concat(first), 'what was missed, the newest first');
  await page.locator('[data-test=badge]', { hasText: '4' }).waitFor();
  await picture('phones');
  say('back');

  await page.getByRole('link', { name: 'Trace of notification 3' }).click();
  await page.locator('[data-test=steps]', { hasText: 'Confirmed' }).waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('1 device is told').waitFor();
  await picture('trace');
  await phones();
  await page.locator(`[data-id="${missed[1]}"]`).waitFor({ state: 'detached' });
  say('withdrawn');

  await page.getByRole('link', { name: 'Notifications' }).click();
  await page.getByRole('link', { name: first }).waitFor();
  await picture('notifications');
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.locator('tbody tr').first().waitFor();
  await picture('audit');
  equal(failures, [], 'what the page said of itself');
} catch (failure) {
  await picture('failure').catch(() => undefined);
  say(`${failure.stack}\n${failures.join('\n')}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
