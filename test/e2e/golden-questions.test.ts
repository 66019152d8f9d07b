import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { GoldenGate } from '../../core/contract/states.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import { sealGoldenTexts } from '../../core/retrieval/golden-texts.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createSealedTexts } from '../../infra/encryption/sealed-texts.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { describeWith } from '../harness/describe-with.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

/** Golden questions of what is really ingested, asked by a real worker. */
describeWith([await findTemporal()], 'golden questions', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let folder: string;
  let engine: IngestEngine;
  const embedder = new FakeEmbedder();
  const goldenTexts: SealedTexts = createSealedTexts(new Keyring([generateEncryptionKey()]), 'golden-question');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-golden-'));
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'off' },
      replace: (deps) => ({ ...deps, embedder, goldenTexts }),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ingest(name: string, text: string): Promise<string | undefined> {
    const path = join(folder, name);
    await writeFile(path, text);
    const [run] = await engine.runsEnded([await engine.upload(path, 'guidelines')]);
    return run?.state;
  }

  async function declare(question: string, phrase: string, gate: GoldenGate = 'warn'): Promise<string> {
    const collection = (await catalog.collections.byName(EVERYTHING, 'guidelines')) ?? expect.fail();
    const place = { organizationId: DEFAULT_ORGANIZATION, collectionId: collection.collectionId };
    const outcome = await catalog.goldenQuestions.declare(
      EVERYTHING,
      {
        collectionId: place.collectionId,
        ...sealGoldenTexts(goldenTexts, place, { question, phrase }),
        documents: [{ externalId: 'noctamine.md' }],
        pages: [],
        withinRank: 5,
        gate,
      },
      'editor',
    );
    return outcome === 'full' ? expect.fail() : outcome.question.goldenQuestionId;
  }

  const check = (id: string) =>
    temporal.client.workflow.execute('checkGoldenQuestions', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: id,
      args: [],
    });
  const resultOf = async (goldenQuestionId: string) =>
    (await catalog.goldenQuestions.read(EVERYTHING, goldenQuestionId))?.result;

  test('are found, lost with the publication that took the answer, and found again', async () => {
    expect(await ingest('noctamine.md', '# Noctamine\n\nAdults take 40 mg of noctamine at night.')).toBe('published');
    await ingest('other.md', '# Sleep\n\nSleep eight hours at night.');
    const golden = await declare('How much noctamine do adults take?', '40 mg');
    // A model that is away for a moment is no lost answer.
    embedder.failNext();
    await check('golden-1');
    expect(await resultOf(golden)).toMatchObject({ state: 'found', rank: 1 });

    await ingest('noctamine.md', '# Noctamine\n\nNoctamine is taken at night by adults.');
    // The first look sees that something changes, the second that it is over.
    await check('golden-2');
    expect(await resultOf(golden)).toMatchObject({ state: 'found' });
    await check('golden-3');
    const lost = await resultOf(golden);
    const { documents } = await listed();
    const documentId = documents.find(({ externalId }) => externalId === 'noctamine.md')?.documentId;
    expect(lost).toMatchObject({ state: 'lost', reason: 'phrase' });
    if (lost?.state === 'lost') expect(lost.publications[0]?.documentId).toBe(documentId);
    expect(await catalog.goldenQuestions.tally()).toEqual({ questions: 1, lost: 1 });

    await ingest('noctamine.md', '# Noctamine\n\nAdults take 40 mg of noctamine, at night.');
    const { collectionId } = (await catalog.collections.byName(EVERYTHING, 'guidelines')) ?? expect.fail();
    await catalog.goldenQuestions.askForCheck(DEFAULT_ORGANIZATION, collectionId);
    await check('golden-4');
    expect(await resultOf(golden)).toMatchObject({ state: 'found', rank: 1 });
  });

  test('keep a version that would lose their answer from going live, until they say otherwise', async () => {
    const question = 'How much noctamine do adults take?';
    await ingest('noctamine.md', '# Noctamine\n\nAdults take 40 mg of noctamine at bedtime.');
    const golden = await declare(question, 'Take 40 MG', 'block');
    expect(await ingest('noctamine.md', '# Noctamine\n\nAdults take noctamine at bedtime.')).toBe('needs_attention');
    const read = () => catalog.goldenQuestions.read(EVERYTHING, golden);
    const { rows } = await database.pool.query<{ error_code: string; run_id: string }>(
      'select error_code, run_id from knowledge.runs order by sequence desc limit 1',
    );
    expect(rows).toMatchObject([{ error_code: 'GOLDEN_ANSWER_LOST', run_id: (await read())?.heldBack?.runId }]);
    const live = await database.pool.query<{ text: string }>(
      `select v.text from knowledge.documents d join knowledge.versions v on v.version_id = d.live_version_id
       where d.external_id = 'noctamine.md'`,
    );
    expect(live.rows[0]?.text).toContain('40 mg');
    // Other documents, and versions that keep the answer, go through.
    expect(await ingest('other.md', '# Sleep\n\nSleep nine hours at night.')).toBe('published');
    expect(await ingest('noctamine.md', '# Noctamine\n\nAll adults take 40 mg of noctamine at eight.')).toBe(
      'published',
    );
    expect((await read())?.heldBack).toBeNull();
    expect(await declare(question, 'Take 40 MG', 'warn')).toBe(golden);
    expect(await ingest('noctamine.md', '# Noctamine\n\nNobody takes noctamine any more.')).toBe('published');
  });

  async function listed() {
    const { rows } = await database.pool.query<{ documentId: string; externalId: string }>(
      'select document_id as "documentId", external_id as "externalId" from knowledge.documents',
    );
    return { documents: rows };
  }
});
