import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followRun } from '../../api/cli/follow-run.js';
import { FileClient } from '../../api/client/file-client.js';
import { findChromium } from '../harness/chromium.js';
import { ConsoleVisitor } from '../harness/console-visitor.js';
import { describeWith } from '../harness/describe-with.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';

const [chromium, temporal] = [await findChromium(), await findTemporal()];

/** Long enough for a busy machine; an end that never comes is a failure all the same. */
const READ_MS = 300_000;

const letter = (number: number): string =>
  `# Letter ${number}\n\nPatient: Margaret Ellen Whitcombe, date of birth 14/03/1951, MRN 0048392${number}.\n\nShe was given amoxicillin.\n`;

const sepsis = (hours: string): string =>
  `# Sepsis\n\n## Antibiotics\n\nGive intravenous antibiotics within ${hours} of recognising sepsis.\n`;

describeWith([chromium, temporal], 'a content editor in the console', () => {
  let stack: Stack;
  let client: FileClient;
  let visitor: ConsoleVisitor;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-editor-'));
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off' } });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
    visitor = await ConsoleVisitor.arrive('path' in chromium ? chromium.path : '', stack.url);
  });
  afterAll(async () => {
    await visitor?.leave();
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const send = async (name: string, text: string): Promise<string> => {
    const path = await file(name, text);
    const { runId } = await client.upload({ path, fileName: name, collection: 'guidelines' });
    return (await followRun(client, runId, () => undefined)).state;
  };
  const documentOf = async (name: string) => {
    const [found] = (await client.documents({ collection: 'guidelines', externalId: name })).documents;
    if (!found) throw new Error(`${name} is not there`);
    return found;
  };

  test('sends a folder through an outage, which fails nothing, and is told of what a reload loses', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByLabel('Collection').selectOption('guidelines');
    const names = ['a.md', 'b.md', 'c.md', 'd.md'];
    await mkdir(join(folder, 'team'), { recursive: true });
    const paths = await Promise.all(names.map((name) => file(join('team', name), `# ${name}\n\nText of ${name}.\n`)));
    const away = (route: { abort: () => Promise<void> }): Promise<void> => route.abort();
    await page.route('**/v1/**', away);
    await page.getByTestId('files').setInputFiles(paths);
    await page.getByText('Sending goes on by itself as soon as it can.').waitFor();
    expect(await visitor.hindrances(page)).toEqual([]);
    expect(await page.getByText('were not sent').count()).toBe(0);

    page.once('dialog', (dialog) => void dialog.accept());
    await page.unroute('**/v1/**', away);
    await page.route('**/v1/documents', away);
    await page.reload();
    await page.getByText('4 files of your last upload were not sent').waitFor();
    await page.unroute('**/v1/documents', away);
    await page.getByTestId('files').setInputFiles(paths);
    for (const name of names) {
      await page.getByRole('row').filter({ hasText: name }).getByText('Published').waitFor({ timeout: READ_MS });
    }
    expect(await page.getByText('of your last upload').count()).toBe(0);
    await page.getByText('Published: 4').waitFor();
    await page.context().close();
  });

  test('is told what a redaction leaves before it is made, and what was decided after', async () => {
    expect(await send('one.md', letter(1))).toBe('held');
    const page = await visitor.signedIn(stack.adminKey);
    const { documentId } = await documentOf('one.md');
    await page.goto(`${stack.url}/#/document/${documentId}`);
    await page.getByRole('button', { name: 'Review it' }).click();
    const boxes = page.getByRole('checkbox');
    await boxes.first().waitFor();
    const found = await boxes.count();
    expect(found).toBeGreaterThan(1);
    for (let at = 1; at < found; at++) await boxes.nth(at).uncheck();
    await page.getByRole('button', { name: 'Redact 1 place and publish' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${found - 1} places that were found are published as they are`).waitFor();
    expect(await dialog.innerText()).toContain('Date of birth: 1');
    // The dialog itself names nobody, and Enter by habit publishes nothing.
    expect(await dialog.innerText()).not.toContain('14/03/1951');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Cancel');
    expect(await visitor.hindrances(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    for (let at = 1; at < found; at++) await boxes.nth(at).check();
    // All that was found goes: nothing is left to ask about.
    await page.getByRole('button', { name: `Redact ${found} places and publish` }).click();
    await page.getByText('Decided. It was redacted and is being published.').waitFor();
    await page.context().close();
  });

  test('decides on many held documents alike, with the numbers said first', async () => {
    for (const number of [2, 3, 4]) expect(await send(`letter-${number}.md`, letter(number))).toBe('held');
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await page.getByText('3 documents wait.').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'date_of_birth/' }).first();
    await row.getByRole('button', { name: /^Decide on these/ }).click();
    expect(await page.getByLabel('Recogniser').inputValue()).toContain('date_of_birth/');
    // Without a reason nothing is approved.
    await page.getByLabel('No patient data: publish as they are').check();
    await page.getByRole('button', { name: 'Show what this would do' }).click();
    await page.getByText('Say why it may be published as it is.').waitFor();
    await page.getByLabel('Redact all that was found, and publish').check();
    await page.getByRole('button', { name: 'Show what this would do' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^3 documents are published with placeholders in \d+ places\.$/).waitFor();
    expect(await visitor.hindrances(page)).toEqual([]);
    expect((await client.reviews({ collection: 'guidelines' })).counts.waiting).toBe(3);
    await dialog.getByRole('button', { name: 'Decide on 3 documents' }).click();
    await page.getByText('3 documents decided.').waitFor();
    await page.getByText('Nothing waits for a review.').waitFor();
    for (const number of [2, 3, 4]) {
      const { documentId } = await documentOf(`letter-${number}.md`);
      await expect
        .poll(async () => (await client.document(documentId)).state, { timeout: READ_MS, interval: 500 })
        .toBe('published');
      expect((await client.documentText(documentId)).text).not.toContain('Whitcombe');
    }
    await page.context().close();
  });

  test('replaces a document by a file of another name, and keeps its answer by a golden question', async () => {
    expect(await send('sepsis-2021.md', sepsis('3 hours'))).toBe('published');
    const page = await visitor.signedIn(stack.adminKey);
    const { documentId } = await documentOf('sepsis-2021.md');
    await page.goto(`${stack.url}/#/document/${documentId}`);
    await page.getByRole('button', { name: 'Upload a newer version' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send it' }).click();
    await dialog.getByText('Choose the file of the newer version.').waitFor();
    await dialog.getByLabel('File').setInputFiles(await file('sepsis-edition-2025.md', sepsis('1 hour')));
    expect(await visitor.hindrances(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Send it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'sepsis-edition-2025.md' });
    await row.getByText('Published').waitFor({ timeout: READ_MS });
    expect((await client.documents({ collection: 'guidelines', named: 'sepsis' })).documents).toHaveLength(1);
    await row.getByRole('button', { name: /^Show the document/ }).click();
    await page.getByRole('heading', { name: 'What has changed' }).click();
    await page.getByText('3 hours → 1 hour').waitFor();

    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByLabel('Question or words').fill('antibiotics in sepsis');
    await page.getByRole('button', { name: 'Search' }).click();
    await page
      .getByRole('button', { name: /^Make it a golden question/ })
      .first()
      .click();
    await dialog.getByLabel(/^Do not publish a version/).check();
    await dialog.getByRole('button', { name: 'Keep this question' }).click();
    await dialog.getByText('To hold a version back, say which words').waitFor();
    await dialog.getByLabel('Words that the passage must hold').fill('within 1 hour');
    expect(await visitor.hindrances(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep this question' }).click();
    await page.getByRole('link', { name: 'See all golden questions' }).click();
    const golden = page.locator('tr[data-state]').filter({ hasText: 'antibiotics in sepsis' });
    await golden.getByText('Found').waitFor({ timeout: READ_MS });
    expect(await golden.innerText()).toContain('with “within 1 hour”');
    expect(await visitor.hindrances(page)).toEqual([]);

    // The way back shows the answers again.
    await page.goBack();
    await page.locator('.hit').first().waitFor();
    await page.goForward();
    await golden.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Removed. It is asked no more.').waitFor();
    expect((await client.goldenQuestions()).goldenQuestions).toEqual([]);
    await page.context().close();
  });

  test('lists what is due, and says of a deleted document that it is', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.goto(`${stack.url}/#/library/guidelines`);
    await page.getByLabel('Only those to be confirmed again').check();
    await page.getByText('No document matches. Clear the filters to see all.').waitFor();
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'Sepsis' }).first().click();
    await page.getByRole('button', { name: 'Delete …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await page.getByText(/^Deleted: \d+ passages?, 2 versions\. Searches no longer find it\./).waitFor();
    // The button that began it is gone, and the focus is not.
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toMatch(/^Deleted: /);
    await page.reload();
    await page.getByText('The document was deleted.').waitFor();
    // Asked again, it would be as deleted.
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.context().close();
    expect(visitor.complaints).toEqual([]);
  });
});
