import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followRun } from '../../api/cli/follow-run.js';
import { FileClient } from '../../api/client/file-client.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { findChromium } from '../harness/chromium.js';
import { ConsoleVisitor } from '../harness/console-visitor.js';
import { describeWith } from '../harness/describe-with.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';

const [chromium, temporal] = [await findChromium(), await findTemporal()];
const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus');
const pdf = join(corpus, 'guidelines/anaphylaxis.pdf');
const held = join(corpus, 'consumer_health/patient-note-held.txt');

/** Share of a picture's pixels that are as yellow as a marker makes paper. */
async function markedShare(png: Buffer): Promise<number> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let marked = 0;
  for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 0) > 200 && (data[at + 2] ?? 255) < 150) marked += 1;
  return marked / (data.length / 4);
}

/** Long enough for a busy machine; an end that never comes is a failure all the same. */
const READ_MS = 300_000;

describeWith([chromium, temporal], 'the console in Chromium', () => {
  let stack: Stack;
  let client: FileClient;
  let visitor: ConsoleVisitor;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-console-'));
    await writeFile(join(folder, 'broken.pdf'), (await readFile(pdf)).subarray(0, 3_000));
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off' } });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
    visitor = await ConsoleVisitor.arrive('path' in chromium ? chromium.path : '', stack.url);
  });
  afterAll(async () => {
    await visitor?.leave();
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the recognisers found in the held document. */
  async function heldWords(): Promise<string[]> {
    const [review] = (await client.reviews({ collection: 'consumer_health' })).reviews;
    if (!review) throw new Error('nothing is held');
    return (await client.review(review.reviewId)).found.map(({ text }) => text);
  }

  const openPage = (): Promise<Page> => visitor.openPage();
  const signedIn = (key: string): Promise<Page> => visitor.signedIn(key);
  const serious = (page: Page): Promise<string[]> => visitor.serious(page);

  test('takes files in, is reloaded meanwhile, and says how each ended', async () => {
    const page = await signedIn(stack.adminKey);
    // Of several collections none is taken for granted.
    await page.getByText('Choose the collection that the files belong to.').waitFor();
    expect(await serious(page)).toEqual([]);
    await page.getByLabel('Collection').selectOption('guidelines');
    await page.getByTestId('files').setInputFiles([pdf, join(folder, 'broken.pdf')]);
    await page.locator('tr[data-run]').nth(1).waitFor();
    await page.reload();

    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('anaphylaxis.pdf').getByText('Published').waitFor({ timeout: READ_MS });
    await row('broken.pdf').getByText('Failed').waitFor({ timeout: READ_MS });
    expect(await row('broken.pdf').innerText()).toContain('The PDF is damaged or cut off and cannot be opened.');
    // Nothing but another file helps.
    expect(await row('broken.pdf').getByRole('button', { name: 'Retry broken.pdf' }).count()).toBe(0);
    expect(await serious(page)).toEqual([]);

    const urgent = page.getByLabel('Urgent: to be read before everything else');
    await urgent.check();
    await page.getByTestId('files').setInputFiles([pdf]);
    await row('anaphylaxis.pdf').getByText('Unchanged').waitFor({ timeout: READ_MS });
    expect(await row('anaphylaxis.pdf').getByText('urgent', { exact: true }).count()).toBe(1);
    // Of those files alone.
    expect(await urgent.isChecked()).toBe(false);
    expect(await row('anaphylaxis.pdf').first().innerText()).toContain('The same content is there already.');
    await page.context().close();
  });

  test('finds a passage and shows it on its page, marked', async () => {
    const page = await signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByLabel('Question or words').fill('dose of adrenaline');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    const hit = page.locator('.hit').first();
    await hit.getByText('Anaphylaxis: recognition and first treatment').first().waitFor();
    expect(await hit.locator('mark').allInnerTexts()).toEqual(expect.arrayContaining(['adrenaline']));
    await hit.getByRole('button', { name: /^Show the page/ }).click();
    const picture = hit.getByRole('img', { name: /with the passage marked/ });
    await picture.waitFor({ timeout: READ_MS });
    const share = await markedShare(await picture.screenshot());
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.9);
    expect(await serious(page)).toEqual([]);
    await page.getByText('The same as a command (curl)').click();
    const command = await page.locator('pre').innerText();
    expect(command).toContain('"query":"dose of adrenaline"');
    expect(command).not.toContain(stack.adminKey);
    await page.context().close();
  });

  test('shows a key of another collection nothing of this one', async () => {
    const [hit] = (await client.search({ query: 'dose of adrenaline' })).data.hits;
    if (!hit) throw new Error('the admin key finds nothing');
    const { key } = await client.createKey({
      name: 'consumer team',
      scopes: ['search', 'read', 'ingest'],
      collections: ['consumer_health'],
    });
    const page = await signedIn(key);
    expect(await page.getByLabel('Collection').locator('option').allInnerTexts()).toEqual(['consumer_health']);
    await page.goto(`${stack.url}/#/document/${hit.documentId}`);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/broken|anaphylaxis/i);
    await page.goto(`${stack.url}/#/search?q=dose+of+adrenaline`);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('Nothing was found.').waitFor();
    await page.context().close();
  });

  test('shows a document page by page, and deletes it with its numbers said first', async () => {
    const page = await signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('link', { name: /^guidelines/ }).click();
    // The list follows what is typed, and the field keeps the focus.
    await page.getByLabel('Name contains').pressSequentially('anaph');
    await page.waitForURL(/named=anaph/);
    expect(await page.evaluate('document.activeElement?.id')).toBe('named');
    expect(await serious(page)).toEqual([]);
    await page.getByRole('link', { name: 'Anaphylaxis: recognition and first treatment' }).click();
    await page.getByRole('button', { name: 'Page 2: text of the file' }).click();
    await page.getByRole('img', { name: 'Picture of page 2', exact: true }).waitFor({ timeout: READ_MS });
    expect(await serious(page)).toEqual([]);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Confirm that it still holds' }).click();
    expect(await dialog.innerText()).toContain('Its review cycle begins again today.');
    const { documentId } = (await client.documents({ collection: 'guidelines', named: 'anaph' })).documents[0] ?? {};
    const dueAt = async () => (await client.document(documentId ?? '')).reviewDueAt ?? '';
    const before = await dueAt();
    await dialog.getByRole('button', { name: 'Confirm that it still holds' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await dueAt()) > before).toBe(true);
    await page.getByRole('button', { name: 'Delete …' }).click();
    expect(await dialog.innerText()).toMatch(/4 pages, \d+ passages, 1 version\./);
    expect(await serious(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Searches no longer find it.').waitFor();
    await page.context().close();
  });

  test('shows what a new version says otherwise, the changed number first', async () => {
    const send = async (dose: string, more: string): Promise<void> => {
      const path = join(folder, 'zinc.md');
      await writeFile(path, `# Zinc\n\nGive ${dose} of zinc daily to adults who lack it.\n\n${more}\n`);
      const { runId } = await client.upload({ path, fileName: 'zinc.md', collection: 'guidelines' });
      expect(await followRun(client, runId, () => undefined)).toMatchObject({ state: 'published' });
    };
    await send('5 mg', 'Wash hands before meals.');
    await send('10 mg', 'Wash hands after meals.');
    const { documentId } = (await client.documents({ collection: 'guidelines', named: 'zinc' })).documents[0] ?? {};
    const page = await signedIn(stack.adminKey);
    await page.goto(`${stack.url}/#/document/${documentId}`);
    await page.getByRole('heading', { name: 'What has changed' }).click();
    await page.getByText('2 changes, 1 of them with other numbers').waitFor();
    const changes = page.locator('.changes > li');
    expect(await changes.first().innerText()).toContain('5 mg → 10 mg');
    expect(await changes.first().locator('del').allInnerTexts()).toEqual(['5']);
    expect(await changes.first().locator('ins').allInnerTexts()).toEqual(['10']);
    expect(await changes.nth(1).locator('ins').allInnerTexts()).toEqual(['after']);
    expect(await serious(page)).toEqual([]);
    await page.context().close();
  });

  test('says what is going on, and what failed for which reason', async () => {
    const page = await signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Overview' }).click();
    const reason = page.getByRole('row').filter({ hasText: 'PDF_DAMAGED' });
    await reason.getByText('Needs another file: the same one fails again.').waitFor();
    await page.getByText('Cache of answers').waitFor();
    // Each chart has its table.
    await page.getByText('As a table').first().click();
    await page.getByRole('cell').first().waitFor();
    expect(await page.locator('figure.chart svg').count()).toBe(await page.locator('figure.chart table').count());
    expect(await serious(page)).toEqual([]);
    await page.getByLabel('Language').selectOption('pt');
    await page.getByRole('heading', { name: 'Visão geral' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('pt');
    await page.context().close();
  });

  test('has what was held reviewed, by keyboard', async () => {
    const { runId } = await client.upload({ path: held, fileName: 'note.txt', collection: 'consumer_health' });
    expect(await followRun(client, runId, () => undefined)).toMatchObject({ state: 'held' });
    const page = await signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await page.getByRole('link', { name: 'Begin with the oldest' }).waitFor();
    expect(await serious(page)).toEqual([]);
    // The queue itself names nobody.
    const words = await heldWords();
    for (const word of words) expect(await page.locator('main').innerText()).not.toContain(word);
    await page.getByRole('link', { name: 'Begin with the oldest' }).click();
    const marked = page.locator('.passages mark');
    await marked.first().waitFor();
    expect(await marked.allInnerTexts()).toEqual(words);
    expect(await serious(page)).toEqual([]);

    await page.getByRole('checkbox').first().focus();
    await page.keyboard.press('a');
    await page.getByText('Say why it may be published as it is.').waitFor();
    await page.getByRole('checkbox').first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await page.getByText('Nothing waits for a review.').waitFor();
    const { documentId } =
      (await client.documents({ collection: 'consumer_health', named: 'note' })).documents[0] ?? {};
    if (documentId === undefined) throw new Error('the document is gone');
    await page.goto(`${stack.url}/#/document/${documentId}`);
    await expect
      .poll(async () => (await client.document(documentId)).state, { timeout: READ_MS, interval: 500 })
      .toBe('published');
    const { text } = await client.documentText(documentId);
    for (const word of words) expect(text).not.toContain(word);
    await page.context().close();
  });

  test('keeps the key from addresses and from other pages, and asks nobody else', async () => {
    const page = await openPage();
    await page.goto(stack.url);
    expect(await serious(page)).toEqual([]);
    await page.getByLabel('Key').fill('mk_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is unknown, expired or revoked.').waitFor();
    await page.getByLabel('Key').fill(stack.adminKey);
    await page.getByLabel('Stay signed in until this tab is closed').uncheck();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const kept = () => page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])');
    expect(await kept()).not.toContain(stack.adminKey);
    await page.reload();
    await page.getByLabel('Key').fill(stack.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key').waitFor();
    expect(await kept()).not.toContain(stack.adminKey);
    await page.context().close();
    expect([...visitor.asked].filter((origin) => origin !== 'null')).toEqual([stack.url]);
    expect(visitor.complaints).toEqual([]);
  });
});
