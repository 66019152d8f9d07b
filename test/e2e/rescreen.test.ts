import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import { ApiRefusal, type FileClient } from '../../api/client/file-client.js';
import type { ActBody } from '../../api/schemas/run.js';
import { entryPoint } from '../../infra/entry-point.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { describeWith } from '../harness/describe-with.js';
import { EmbeddingsServer } from '../harness/embeddings-server.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import { type Stack, startStack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { answered, clientOf, ended, kill } from './killed-world.js';

const SSN = '536-22-1234';
const LOOK_EVERY_MS = 100;
const MODES = ['text', 'vector', 'hybrid'] as const;

/** A note of its own words, with a number that screening takes for a patient's. */
const note = (topic: string) =>
  `# ${topic}\n\nAdvice about ${topic} for the ward.\n\nThe example form shows SSN ${SSN} in its third field.\n`;

const postgres = await nativePostgres(16);
const needs = postgres.unavailable === null ? [] : [{ missing: postgres.unavailable }];

/**
 * What is live came in while its collection let patient data in. Once it blocks, a rescreen holds it. Native Postgres, so that
 * the test can look behind the stack's back.
 */
describeWith([await findTemporal(), ...needs], 'rescreens of what is live', () => {
  let folder: string;
  let barrier: string;
  let embeddings: EmbeddingsServer;
  let database: TestDatabase;
  let stack: Stack;
  let client: FileClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-rescreen-'));
    barrier = await mkdtemp(join(folder, 'barrier-'));
    embeddings = await EmbeddingsServer.start(new FakeEmbedder());
    database = await postgres.start();
    const preload = pathToFileURL(entryPoint('test/harness/activity-barrier.js')).href;
    stack = await startStack({
      env: {
        ...{ DATABASE_URL: database.databaseUrl, EMBEDDING_PROVIDER: 'openai', EMBEDDING_BASE_URL: embeddings.baseUrl },
        ...{ EMBEDDING_MODEL: 'fake', ACTIVITY_BARRIER: barrier, NODE_OPTIONS: `--import ${preload}` },
      },
    });
    client = clientOf(stack);
  });
  afterAll(async () => {
    await stack?.stop();
    await database?.close();
    await embeddings?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A collection whose documents all came in, and which blocks from now on. */
  async function collectionWith(name: string, files: Record<string, string>): Promise<Record<string, string>> {
    await client.createCollection({
      ...{ name, sourceType: 'guideline', language: 'en', safetyLevel: 'public' },
      ...{ phiPolicy: 'allow', phiPolicyReason: 'A register, so far.' },
    });
    const runIds: string[] = [];
    for (const [fileName, content] of Object.entries(files)) {
      const path = join(folder, `${name}-${fileName}`);
      await writeFile(path, content);
      runIds.push((await client.upload({ path, fileName, collection: name, externalId: fileName })).runId);
    }
    const runs = await ended(client, runIds);
    expect(runs.map(({ state }) => state)).toEqual(runs.map(() => 'published'));
    await client.changeCollection(name, { phiPolicy: 'block' });
    return Object.fromEntries(
      runs.flatMap(({ documents }) => documents.map(({ externalId, documentId }) => [externalId, documentId] as const)),
    );
  }

  async function found(query: string, collection: string): Promise<string[][]> {
    const answers = await Promise.all(
      MODES.map((mode) => client.search({ query, mode, collections: [collection], topK: 10 })),
    );
    return answers.map(({ data }) => data.hits.map(({ documentId }) => documentId));
  }

  async function rescreened(collection: string, options = {}): Promise<ActBody> {
    const { runId } = await client.startRescreen(collection, options);
    for (;;) {
      const run = (await answered(() => client.anyRun(runId))) as ActBody;
      if (run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }

  async function reviewOf(documentId: string) {
    const { reviews } = await client.reviews({ limit: 200 });
    const review = reviews.find((one) => one.documentId === documentId);
    if (!review) throw new Error('no review waits');
    return review;
  }

  async function untilState(documentId: string, wished: string): Promise<void> {
    while ((await answered(() => client.document(documentId))).state !== wished) await pause(LOOK_EVERY_MS);
  }

  async function passagesOf(documentId: string): Promise<number> {
    const sql = 'select count(*)::int as chunks from knowledge.chunks where document_id = $1';
    const { rows } = await database.pool.query<{ chunks: number }>(sql, [documentId]);
    return rows[0]?.chunks ?? -1;
  }

  async function originalOf(documentId: string): Promise<string> {
    const { rows } = await database.pool.query<{ object_key: string }>(
      `select r.object_key from knowledge.versions v join knowledge.runs r using (run_id)
       where v.document_id = $1 order by v.number limit 1`,
      [documentId],
    );
    const key = rows[0]?.object_key ?? '';
    const files = await readdir(join(stack.dataDir, 'objects'), { recursive: true });
    const name = key.slice(key.indexOf('/') + 1);
    return files
      .filter((file) => file.endsWith(name) && /^(sources|held)\//.test(file))
      .map((file) => file.slice(0, file.indexOf('/')))
      .join(' and ');
  }

  const approve = { decision: 'approve', reason: 'A made-up number of a form.' } as const;

  test('a report counts and changes nothing; then what is found is held, and an approved one comes back', async () => {
    const documents = await collectionWith('ward', {
      'bad.md': note('quindolin'),
      'good.md': '# quindolin\n\nAdvice about quindolin for all.\n',
    });
    const [bad = '', good = ''] = [documents['bad.md'], documents['good.md']];
    for (const hits of await found('quindolin advice', 'ward')) expect(hits).toContain(bad);
    const report = await rescreened('ward', { report: true, all: true });
    expect(report).toMatchObject({
      kind: 'rescreen',
      state: 'completed',
      rescreen: { screened: 2, clear: 1, suspected: 1, held: 0, findings: { ssn: 1 } },
    });
    for (const hits of await found('quindolin advice', 'ward')) expect(hits).toContain(bad);

    expect(await rescreened('ward')).toMatchObject({
      state: 'completed',
      rescreen: { screened: 1, clear: 0, held: 1, failed: 0, findings: { ssn: 1 } },
      records: { total: 1, done: 1 },
    });
    for (const hits of await found('quindolin advice', 'ward')) {
      expect(hits).toContain(good);
      expect(hits).not.toContain(bad);
    }
    expect(await client.document(bad)).toMatchObject({ state: 'held', title: null });
    const listed = await client.documents({ collection: 'ward', state: 'held' });
    expect(listed.documents.map(({ documentId }) => documentId)).toEqual([bad]);
    while ((await passagesOf(bad)) > 0) await pause(LOOK_EVERY_MS);
    while ((await originalOf(bad)) !== 'held') await pause(LOOK_EVERY_MS);
    await expect(client.documentSource(bad)).rejects.toMatchObject({ code: 'ORIGINAL_HELD' });

    const review = await reviewOf(bad);
    expect((await client.review(review.reviewId)).found.map(({ text }) => text)).toEqual([SSN]);
    await client.decideReview(review.reviewId, approve);
    await untilState(bad, 'published');
    expect(await client.document(bad)).toMatchObject({ phiStatus: 'approved', version: { number: 1 } });
    for (const hits of await found('quindolin for the ward', 'ward')) expect(hits).toContain(bad);
    // What was decided is remembered: the same false alarm does not come back.
    expect(await rescreened('ward', { all: true })).toMatchObject({ rescreen: { screened: 2, clear: 2, held: 0 } });
    expect((await client.document(bad)).state).toBe('published');
    expect((await rescreened('ward')).records).toEqual({ total: 0, done: 0 });
  });

  test('a redacted one goes on without what was found, a rejected one stays away', async () => {
    const documents = await collectionWith('clinic', { 'a.md': note('zanthorine'), 'b.md': note('brontuline') });
    const [redacted = '', rejected = ''] = [documents['a.md'], documents['b.md']];
    expect(await rescreened('clinic')).toMatchObject({ rescreen: { held: 2 } });
    await client.decideReview((await reviewOf(rejected)).reviewId, { decision: 'reject' });
    await client.decideReview((await reviewOf(redacted)).reviewId, { decision: 'redact' });
    await untilState(redacted, 'published');
    expect(await client.document(redacted)).toMatchObject({ phiStatus: 'sanitized', version: { number: 2 } });
    expect((await client.documentText(redacted)).text).toContain('SSN [SSN_1]');
    for (const hits of await found('brontuline', 'clinic')) expect(hits).not.toContain(rejected);
    expect((await client.document(rejected)).state).toBe('rejected');
    await expect(client.documentSource(redacted)).rejects.toBeInstanceOf(ApiRefusal);
    // What stood in it before is not told by comparing.
    await expect(client.documentChanges(redacted, {})).rejects.toMatchObject({ code: 'NO_FORMER_VERSION' });
  });

  test('each review of one version keeps its own reason', async () => {
    const { 'e.md': documentId = '' } = await collectionWith('twice', { 'e.md': note('morvacine') });
    await rescreened('twice');
    const first = await reviewOf(documentId);
    await client.decideReview(first.reviewId, { ...approve, remember: 'nowhere' });
    await untilState(documentId, 'published');
    expect(await rescreened('twice', { all: true })).toMatchObject({ rescreen: { held: 1 } });
    const second = await reviewOf(documentId);
    expect(second.reviewId).not.toBe(first.reviewId);
    await client.decideReview(second.reviewId, { decision: 'redact', reason: 'Better without it.' });
    await untilState(documentId, 'published');
    expect((await client.documentText(documentId)).text).toContain('SSN [SSN_1]');
    expect((await client.review(first.reviewId)).reason).toBe(approve.reason);
    expect((await client.review(second.reviewId)).reason).toBe('Better without it.');
  });

  /** Kills the worker while the first call of an activity stands at its boundary. */
  async function killedAt(
    boundary: 'before' | 'after',
    activity: string,
    meanwhile: () => Promise<void>,
  ): Promise<void> {
    while (!existsSync(join(barrier, `${boundary}-${activity}`))) await pause(LOOK_EVERY_MS);
    await meanwhile();
    await rm(join(barrier, 'hold'));
    kill(stack, 'worker');
  }

  test('a worker that is killed holds everything once, and leaves nothing in the clear', async () => {
    const names = Array.from({ length: 25 }, (_, at) => `n${String(at).padStart(2, '0')}.md`);
    const documents = await collectionWith(
      'killed',
      Object.fromEntries(names.map((name) => [name, note(`kestrovan ${name}`)])),
    );
    await writeFile(join(barrier, 'hold'), 'after rescreenBatch');
    const ending = rescreened('killed');
    await killedAt('after', 'rescreenBatch', async () => {
      // The first batch is gone from search although nothing answered for it yet.
      expect((await client.documents({ collection: 'killed', state: 'held' })).documents).toHaveLength(20);
    });
    expect(await ending).toMatchObject({
      state: 'completed',
      rescreen: { screened: 25, held: 25, failed: 0, findings: { ssn: 25 } },
      records: { total: 25, done: 25 },
    });
    expect(await found('kestrovan', 'killed')).toEqual([[], [], []]);
    for (const documentId of Object.values(documents)) {
      while ((await passagesOf(documentId)) > 0) await pause(LOOK_EVERY_MS);
      while ((await originalOf(documentId)) !== 'held') await pause(LOOK_EVERY_MS);
    }
  });

  test('a worker that is killed before it cleans up: the next one does, and an approved version comes back', async () => {
    const { 'c.md': documentId = '' } = await collectionWith('cleaned', { 'c.md': note('perfozine') });
    await writeFile(join(barrier, 'hold'), 'before clearHeld');
    const ending = rescreened('cleaned');
    await killedAt('before', 'clearHeld', async () => {
      expect(await ending).toMatchObject({ rescreen: { held: 1 } });
      expect(await found('perfozine', 'cleaned')).toEqual([[], [], []]);
      expect([(await passagesOf(documentId)) > 0, await originalOf(documentId)]).toEqual([true, 'sources']);
    });
    while ((await passagesOf(documentId)) > 0) await pause(LOOK_EVERY_MS);
    while ((await originalOf(documentId)) !== 'held') await pause(LOOK_EVERY_MS);
    await client.decideReview((await reviewOf(documentId)).reviewId, approve);
    await untilState(documentId, 'published');
    // In other words: an answer from the cache need not know yet what was added since.
    for (const hits of await found('advice about perfozine', 'cleaned')) expect(hits).toEqual([documentId]);
    expect(await originalOf(documentId)).toBe('sources');
  });

  test('on the command line', async () => {
    await collectionWith('spoken', { 'd.md': note('ulmexane') });
    const run = async (...args: string[]) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const env = { MEDINDEX_URL: stack.url, MEDINDEX_API_KEY: stack.adminKey };
      const code = await runCli({ args, env, terminal: { stdout, stderr, isInteractive: false, width: 80 } });
      return { code, out: String(stdout.read() ?? '') };
    };
    expect(await run('rescreen', 'spoken', '--report')).toEqual({
      code: 1,
      out: '1 screened: 0 clear, 1 would be held\n  ssn: 1\n',
    });
    expect(await run('rescreen', 'spoken')).toEqual({ code: 1, out: '1 screened: 0 clear, 1 held\n  ssn: 1\n' });
    const seen = 'All that is live was screened by this screen already. To screen it all the same: --all\n';
    expect(await run('rescreen', 'spoken')).toEqual({ code: 0, out: `0 screened: 0 clear\n${seen}` });
  });
});
