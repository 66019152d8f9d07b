import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from './chromium.js';

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly object[] }[];
}

/** Narrower than any telephone that is sold. */
const PHONE = { width: 360, height: 740 };

/** Somebody with a browser in front of the console of a stack, who notes what its pages ask for and complain of. */
export class ConsoleVisitor {
  /** Origins that pages asked. */
  readonly asked = new Set<string>();
  /** Errors of scripts, and what the browser's own log tells as an error. */
  readonly complaints: string[] = [];

  static async arrive(executablePath: string, url: string): Promise<ConsoleVisitor> {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    return new ConsoleVisitor(await startChromium(executablePath), url, axe);
  }

  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly axe: string,
  ) {}

  async openPage(): Promise<Page> {
    const page = await (await this.browser.newContext({ locale: 'en-GB' })).newPage();
    page.on('request', (request) => this.asked.add(new URL(request.url()).origin));
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal that the page shows in words stands in the browser's log as well.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    return page;
  }

  async signedIn(key: string): Promise<Page> {
    const page = await this.openPage();
    await page.goto(this.url);
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
  }

  /** What assistive technology would stumble over. */
  async serious(page: Page): Promise<string[]> {
    await page.evaluate(this.axe);
    const { violations } = await page.evaluate<AxeResult>('axe.run()');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} ×${nodes.length}: ${JSON.stringify(nodes[0]).slice(0, 300)}`);
  }

  /** In both schemes what is serious, and on a telephone what has to be pushed sideways. */
  async hindrances(page: Page): Promise<string[]> {
    const wide = page.viewportSize();
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      // Without motion: a colour that is still fading is judged as it will be.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      found.push(...(await this.serious(page)));
    }
    await page.setViewportSize(PHONE);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (width > PHONE.width) found.push(`the page is ${width} wide on a telephone of ${PHONE.width}`);
    await page.emulateMedia({ colorScheme: 'light' });
    if (wide) await page.setViewportSize(wide);
    return found;
  }

  leave(): Promise<void> {
    return this.browser.close();
  }
}
