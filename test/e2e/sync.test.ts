import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MedindexClient } from '../../api/client/client.js';
import type { SyncBody } from '../../api/schemas/sync.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const LOOK_EVERY_MS = 100;

const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus');

const minio = await findMinio();

describeWith([minio, await findTemporal()], 'a bucket kept in the index', () => {
  let server: MinioServer;
  let stack: Stack;
  let client: MedindexClient;
  let bucket: string;

  beforeAll(async () => {
    if ('path' in minio) server = await startMinio(minio);
    bucket = await server.newBucket();
    stack = await startStack({
      env: {
        S3_ENDPOINT: server.endpoint,
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      },
    });
    client = new MedindexClient({ url: stack.url, apiKey: stack.adminKey });
  });
  afterAll(async () => {
    await stack?.stop();
    await server?.stop();
  });

  test('takes in what is there, and nothing twice', async () => {
    await put('ward/walking.md', '# Walking\n\nBrisk walking lowers blood pressure in zorbic adults.\n');
    await put('ward/nested/sleep über 100%+.txt', 'Quorbic sleepers go to bed at the same time every evening.\n');
    await put('ward/label.pdf', await readFile(join(corpus, 'drug_labels/oral-rehydration-salts.pdf')));
    await put('ward/records.xml.gz', await readFile(join(corpus, 'pubmed_abstracts/infection.xml.gz')));
    await put('ward/broken.pdf', '%PDF-1.7\nthat is all');
    await put('ward/.DS_Store', 'not a document');
    await put('ward-old/elsewhere.md', '# Elsewhere\n\nNot below the prefix.\n');

    const first = await sync();
    expect(first).toMatchObject({ state: 'needs_attention', error: { code: 'SOURCES_FAILED' } });
    expect(first.sources).toMatchObject({ listed: 5, inserted: 5, ended: 5, failed: 1, withdrawn: 0 });
    expect(first.problems).toMatchObject([{ uri: uri('ward/broken.pdf'), error: { code: 'PDF_DAMAGED' } }]);
    expect(await found('zorbic adults')).toContain(uri('ward/walking.md'));
    expect(await found('quorbic sleepers')).toContain(uri('ward/nested/sleep über 100%+.txt'));

    const before = (await client.runs({ limit: 100 })).runs.length;
    const second = await sync();
    expect(second.sources).toMatchObject({ listed: 5, kept: 5, inserted: 0, updated: 0, withdrawn: 0 });
    expect((await client.runs({ limit: 100 })).runs).toHaveLength(before);
  });

  test('follows changes; what a person deleted stays deleted', async () => {
    const slept = await documentOf('ward/nested/sleep über 100%+.txt');
    await client.deleteDocument(slept.documentId);
    await put('ward/nested/sleep über 100%+.txt', 'Quorbic sleepers rise at the same time, too.\n');
    await remove('ward/walking.md');
    await put('ward/running.md', '# Running\n\nFrimbic runners should begin slowly.\n');
    await put('ward/broken.pdf', await readFile(join(corpus, 'guidelines/anaphylaxis.pdf')));

    const followed = await sync();
    expect(followed.sources).toMatchObject({ kept: 2, inserted: 1, updated: 2, failed: 0, withdrawn: 1, missing: 0 });
    expect(await found('frimbic runners')).toContain(uri('ward/running.md'));
    expect(await found('zorbic adults')).not.toContain(uri('ward/walking.md'));
    expect(await found('quorbic sleepers')).not.toContain(uri('ward/nested/sleep über 100%+.txt'));
    expect((await documentOf('ward/broken.pdf')).state).toBe('published');

    // Named by a person, it comes back.
    const { runId } = await client.ingestUri({
      uri: uri('ward/nested/sleep über 100%+.txt'),
      collection: 'consumer_health',
    });
    expect((await runEnded(runId)).state).toBe('published');
    expect(await found('quorbic sleepers')).toContain(uri('ward/nested/sleep über 100%+.txt'));
  });

  test('asks before it withdraws most of a location', async () => {
    for (const name of ['label.pdf', 'records.xml.gz', 'broken.pdf']) await remove(`ward/${name}`);
    const asked = await sync();
    expect(asked).toMatchObject({ state: 'needs_attention', error: { code: 'WITHDRAWALS_UNCONFIRMED' } });
    expect(asked.sources).toMatchObject({ missing: 3, withdrawn: 0 });
    expect((await documentOf('ward/label.pdf')).state).toBe('published');

    const confirmed = await sync({ confirmWithdrawals: true });
    expect(confirmed.sources).toMatchObject({ missing: 0, withdrawn: 3 });
    expect((await client.documents({ externalId: uri('ward/label.pdf') })).documents).toEqual([]);
  });

  test('ends cancelled with all that it brought, and goes on where it was', async () => {
    for (let index = 0; index < 150; index++) {
      await put(`many/${index}.md`, `# Topic ${index}\n\nWhat patients ask about topic ${index}.\n`);
    }
    const { runId } = await client.startSync('consumer_health', { uri: uri('many/') });
    for (let run = await client.sync(runId); run.sources.listed === 0; run = await client.sync(runId)) {
      await pause(LOOK_EVERY_MS);
    }
    await client.cancelRun(runId);
    expect((await syncEnded(runId)).state).toBe('cancelled');
    const { runs } = await client.runs({ limit: 100 });
    expect(runs.filter((run) => run.state === 'running')).toEqual([]);

    const { runId: again } = await client.startSync('consumer_health', { uri: uri('many/') });
    const { sources } = await syncEnded(again);
    expect(sources).toMatchObject({ listed: 150, failed: 0, ended: sources.inserted + sources.updated });
    expect(await found('what patients ask about topic 149')).toContain(uri('many/149.md'));
  });

  test('withdraws nothing when the store cannot be read', async () => {
    await server.kill9();
    expect(await sync()).toMatchObject({ state: 'failed', sources: { listed: 0, withdrawn: 0 } });
    expect(await found('frimbic runners')).toContain(uri('ward/running.md'));
    await server.restart();
    expect((await sync()).sources).toMatchObject({ withdrawn: 0, failed: 0, missing: 0 });
  });

  function uri(key: string): string {
    return `s3://${bucket}/${key}`;
  }

  async function put(key: string, content: string | Buffer): Promise<void> {
    await server.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }

  async function remove(key: string): Promise<void> {
    await server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  async function sync(options: { confirmWithdrawals?: boolean } = {}): Promise<SyncBody> {
    const { runId } = await client.startSync('consumer_health', { uri: uri('ward'), ...options });
    return syncEnded(runId);
  }

  async function syncEnded(runId: string): Promise<SyncBody> {
    for (;;) {
      const run = await client.sync(runId);
      if (run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }

  async function runEnded(runId: string) {
    for (;;) {
      const run = await client.run(runId);
      if (run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }

  async function documentOf(key: string) {
    const { documents } = await client.documents({ externalId: uri(key) });
    const [document] = documents;
    if (!document) throw new Error(`no document of ${key}`);
    return document;
  }

  async function found(query: string): Promise<string[]> {
    const { data } = await client.search({ query, topK: 10 });
    return data.hits.map((hit) => hit.externalId);
  }
});
