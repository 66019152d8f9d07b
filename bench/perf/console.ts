import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { createPool } from '../../infra/postgres/pool.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { findChromium, startChromium } from '../../test/harness/chromium.js';
import { type Bench, missed, type Say } from '../bench.js';
import { fillCatalog } from '../setting/console/fill-catalog.js';
import { type LoneApi, startLoneApi } from '../setting/console/lone-api.js';
import { MissingForBench } from '../setting/missing.js';
import { NativeServer } from '../setting/native-server.js';
import { percentile, round, tableLines } from '../setting/statistics.js';

const COLLECTION = 'guidelines';
/** What a person does not notice: a page that is there within a second, an answer within a tenth. */
const FIRST_PAINT_MS = 1_000;
const INTERACTION_MS = 100;

/** The console in real Chromium before a catalog of 100,000 documents on native Postgres; no engine, no model. */
export const consoleBench: Bench = {
  name: 'console',
  summary: '[--documents 100000] [--rounds 5] [--keep]  the console before so many documents, in real Chromium',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        documents: { type: 'string', default: '100000' },
        rounds: { type: 'string', default: '5' },
        keep: { type: 'boolean', default: false },
      },
    });
    const chromium = await findChromium();
    if (!('path' in chromium)) throw new MissingForBench(chromium.missing);
    const documents = Number(values.documents);
    const server = await NativeServer.start();
    const dataDir = await mkdtemp(join(tmpdir(), 'medindex-console-'));
    let api: LoneApi | null = null;
    try {
      const databaseUrl = await server.createDatabase();
      const pool = await createPool({ databaseUrl, kind: 'native' });
      await migrate(pool);
      // The first start makes the collections.
      api = await startLoneApi({ databaseUrl, dataDir });
      await fillCatalog(pool, { collection: COLLECTION, documents });
      await pool.end();
      say(`${documents} documents are there`);
      const key = api.adminKey;
      if (values.keep) {
        say(`open ${api.process.url} with the key ${key}; ends with Ctrl-C`);
        await new Promise(() => undefined);
      }
      return await measure({
        chromium: chromium.path,
        url: api.process.url,
        key,
        documents,
        rounds: Number(values.rounds),
        say,
      });
    } finally {
      await api?.process.stop();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

interface Measured {
  readonly chromium: string;
  readonly url: string;
  readonly key: string;
  readonly documents: number;
  readonly rounds: number;
  readonly say: Say;
}

async function measure({ chromium, url, key, documents, rounds, say }: Measured) {
  const browser = await startChromium(chromium);
  const times: Record<string, number[]> = {};
  const note = (name: string, ms: number) => (times[name] ??= []).push(ms);
  try {
    for (let round = 0; round < rounds; round++) {
      const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
      await page.goto(url);
      await page.getByLabel('Key').waitFor();
      note('first paint', await paintOf(page));
      await page.getByLabel('Key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Library' }).waitFor();
      await watchInteractions(page);

      const until = async (name: string, act: () => Promise<unknown>, done: () => Promise<unknown>) => {
        const begun = performance.now();
        await act();
        await done();
        await painted(page);
        note(name, performance.now() - begun);
      };
      const row = (text: string) => page.locator('tbody tr').filter({ hasText: text }).first().waitFor();
      await until(
        'overview',
        () => page.goto(`${url}/#/overview`),
        () => page.locator('svg.columns').first().waitFor(),
      );
      await until(
        'library',
        () => page.goto(`${url}/#/library/${COLLECTION}`),
        () => row('guideline-'),
      );
      for (let at = 0; at < 3; at++) {
        await until(
          'next page',
          () => page.getByRole('button', { name: 'Next' }).click(),
          () => page.getByText(`Page ${at + 2} of the list`).waitFor(),
        );
      }
      const name = `guideline-${documents - 777 - round}.pdf`;
      await until(
        'a rare name',
        () => page.getByLabel('Name contains').pressSequentially(name),
        async () => {
          await row(name);
          await page.waitForFunction(`document.querySelectorAll('tbody tr').length === 1`);
        },
      );
      await until(
        'a common name',
        () => page.getByLabel('Name contains').fill('sepsis'),
        () => row('sepsis'),
      );
      await page.getByLabel('Name contains').fill('');
      await until(
        'held ones',
        () => page.getByLabel('State').selectOption('held'),
        async () => {
          await page.locator('tbody .badge.warn').first().waitFor();
        },
      );
      await until(
        'reviews',
        () => page.goto(`${url}/#/reviews`),
        () => page.locator('tbody tr').first().waitFor(),
      );
      await page.goto(`${url}/#/library/${COLLECTION}`);
      await row('guideline-');
      await scroll(page);
      for (const ms of await interactionsOf(page)) note('interaction', ms);
      for (const ms of await framesOf(page)) note('frame while scrolling', ms);
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
  for (const line of tableLines([
    ['', 'times', 'p50 ms', 'most ms'],
    ...Object.entries(times).map(([name, ms]) => [
      name,
      ms.length,
      round(percentile(ms, 0.5), 0),
      round(Math.max(...ms), 0),
    ]),
  ])) {
    say(line);
  }
  const most = (name: string) => Math.max(0, ...(times[name] ?? []));
  return {
    figures: Object.fromEntries(
      Object.entries(times).map(([name, ms]) => [
        name,
        { p50Ms: round(percentile(ms, 0.5), 0), mostMs: round(Math.max(...ms), 0) },
      ]),
    ),
    short: missed({
      firstPaint: most('first paint') < FIRST_PAINT_MS,
      interaction: most('interaction') < INTERACTION_MS,
    }),
  };
}

async function paintOf(page: Page): Promise<number> {
  return page.evaluate<number>(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY`,
  );
}

function painted(page: Page): Promise<unknown> {
  return page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
}

/** From a key or a press to the next frame, as the browser itself measures it (steps of 8 ms, those below 16 are left out). */
async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate(`
    window.interactions = [];
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) if (interactionId) window.interactions.push(duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });`);
}

function interactionsOf(page: Page): Promise<number[]> {
  return page.evaluate<number[]>('window.interactions');
}

/** Down to the end of the list and back, a notch of a wheel at a time. */
async function scroll(page: Page): Promise<void> {
  await page.evaluate(`
    window.frames_ = [];
    let before = performance.now();
    const tick = (now) => { window.frames_.push(now - before); before = now; if (window.frames_.length < 600) requestAnimationFrame(tick); };
    requestAnimationFrame(tick);`);
  for (let at = 0; at < 40; at++) await page.mouse.wheel(0, at < 20 ? 200 : -200);
  await painted(page);
}

function framesOf(page: Page): Promise<number[]> {
  return page.evaluate<number[]>('window.frames_.splice(0)');
}
