import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followRun } from '../../api/cli/follow-run.js';
import { FileClient } from '../../api/client/file-client.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { findChromium } from '../harness/chromium.js';
import { ConsoleVisitor } from '../harness/console-visitor.js';
import { describeWith } from '../harness/describe-with.js';
import { EmbeddingsServer } from '../harness/embeddings-server.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';

const [chromium, temporal] = [await findChromium(), await findTemporal()];

/** A move of one document takes seconds; an end that never comes is a failure all the same. */
const MOVED_MS = 300_000;

describeWith([chromium, temporal], 'a move of vectors in the console', () => {
  let folder: string;
  let server: EmbeddingsServer;
  let stack: Stack;
  let client: FileClient;
  let visitor: ConsoleVisitor;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-console-vectors-'));
    server = await EmbeddingsServer.start(new FakeEmbedder());
    stack = await startStack({
      env: {
        EMBEDDING_PROVIDER: 'openai',
        EMBEDDING_BASE_URL: server.baseUrl,
        EMBEDDING_MODEL: 'former',
        EMBEDDING_MODELS: 'next',
      },
    });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
    const path = join(folder, 'zinc.md');
    await writeFile(path, '# Zinc for all adults\n\nGive 5 mg of zinc daily to adults who lack it.\n');
    const { runId } = await client.upload({ path, fileName: 'zinc.md', collection: 'guidelines' });
    expect(await followRun(client, runId, () => undefined)).toMatchObject({ state: 'published' });
    visitor = await ConsoleVisitor.arrive('path' in chromium ? chromium.path : '', stack.url);
  });
  afterAll(async () => {
    await visitor?.leave();
    await stack?.stop();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const searchedModel = async () =>
    (await client.vectorIndexes('guidelines')).vectorIndexes.find(({ state }) => state === 'live')?.model;

  test('is estimated, begun, compared, decided, and taken back', async () => {
    const page = await visitor.signedIn(stack.adminKey);
    await page.getByRole('link', { name: 'Vectors' }).click();
    await page.getByRole('cell', { name: /^former/ }).waitFor();
    expect(await visitor.hindrances(page)).toEqual([]);

    await page.getByRole('button', { name: 'Estimate it' }).click();
    await page.getByText('Choose a collection.').waitFor();
    await page.getByRole('combobox', { name: 'Collection' }).selectOption('guidelines');
    await page.getByRole('button', { name: 'Begin the move' }).click();
    await page.getByText('Choose another model or another store.').waitFor();
    await page.getByRole('combobox', { name: 'Model' }).selectOption('next');
    await page.getByRole('button', { name: 'Estimate it' }).click();
    await page.getByText(/^1 passage with \d+ tokens: about /).waitFor();
    await page.getByLabel('Questions to compare by').fill('How much zinc for adults?\n\nWho lacks zinc?');
    expect(await visitor.hindrances(page)).toEqual([]);

    await page.getByRole('button', { name: 'Begin the move' }).click();
    await page.getByText('The move has begun.').waitFor();
    await page.getByText('It is ready: have it searched, or give it up.').waitFor({ timeout: MOVED_MS });
    await page.getByText('No question loses what it found.').waitFor();
    await page.getByText('The questions that change most').click();
    await page.getByRole('rowheader', { name: 'Who lacks zinc?' }).waitFor();
    expect(await visitor.hindrances(page)).toEqual([]);

    await page.getByRole('button', { name: 'Have it searched' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('The former one is kept for 7 days');
    await dialog.getByRole('button', { name: 'Have it searched' }).click();
    await page.getByText('The new index is searched now.').waitFor();
    expect(await searchedModel()).toBe('next');

    await page.getByRole('button', { name: 'Go back to the former one' }).click();
    await dialog.getByRole('button', { name: 'Go back to the former one' }).click();
    await page.getByText('The former index is searched again.').waitFor();
    expect(await searchedModel()).toBe('former');

    await page.getByRole('button', { name: 'Give it up' }).click();
    expect(await dialog.innerText()).toContain('The new index is dropped');
    await dialog.getByRole('button', { name: 'Give it up' }).click();
    await page.getByText('The move is given up.').waitFor();
    await page.getByRole('heading', { name: 'Moves under way' }).waitFor({ state: 'detached' });
    expect(visitor.complaints).toEqual([]);
    await page.context().close();
  });
});
