import { accessSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CREDENTIAL, FakeAdmin } from '../fake/fake-admin';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
export const PICTURES = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function hasChromium(): boolean {
  try {
    accessSync(PATH);
    return true;
  } catch {
    process.stderr.write(`console: LEFT OUT: the tests in Chromium: ${PATH} is not there (Debian: chromium; or set CHROMIUM)\n`);
    return false;
  }
}

export async function launch(): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({ executablePath: PATH, args: FLAGS });
}

/** The console in a browser, in front of a fake of the admin port; whatever it says on its console is a failure. */
export class ConsolePage {
  readonly failures: string[] = [];

  private constructor(
    readonly admin: FakeAdmin,
    readonly base: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, options: BrowserContextOptions = {}, prepare: (admin: FakeAdmin) => void = () => undefined): Promise<ConsolePage> {
    const admin = new FakeAdmin();
    prepare(admin);
    const base = await admin.start();
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: 'Europe/Vienna', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const opened = new ConsolePage(admin, base, context, page);
    page.on('pageerror', (failure) => opened.failures.push(String(failure)));
    page.on('console', (message) => {
      // What was refused on purpose is logged by the browser itself.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        opened.failures.push(message.text());
      }
    });
    return opened;
  }

  async signIn(): Promise<void> {
    await this.page.goto(`${this.base}/console/#/sign-in?credential=${CREDENTIAL}`);
    // The router hears of changes of the address once it has shown its first page.
    await this.page.locator('.main h1').waitFor();
  }

  async go(path: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#${path}`)}`);
  }

  /** Until nothing is being loaded any more. */
  async settled(): Promise<void> {
    await this.page.locator('.skeleton').first().waitFor({ state: 'detached' });
    await this.page.evaluate("Promise.all(document.getAnimations().map((each) => each.effect.getComputedTiming().iterations === Infinity ? 0 : each.finished.catch(() => 0)))");
  }

  /** What axe finds, in words. */
  async faults(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const found = (await this.page.evaluate("axe.run({ resultTypes: ['violations'] })")) as { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`));
  }

  /** By how much the page is wider than the window. */
  async overhang(): Promise<number> {
    return (await this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.admin.stop();
  }
}
