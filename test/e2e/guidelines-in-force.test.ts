import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followRun } from '../../api/cli/follow-run.js';
import { runCli } from '../../api/cli/program.js';
import { FileClient } from '../../api/client/file-client.js';
import type { SearchRequest } from '../../api/schemas/search.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const TO_COME = '2999-03-01';
const QUERY = 'fictamycin dose for adults';

/** Editions of one guideline, as people upload them: the first says in its file from when it counts, the others are told. */
describeWith([await findTemporal()], 'a guideline and its successor', () => {
  let stack: Stack;
  let client: FileClient;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-in-force-'));
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off' } });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function file(name: string, dose: string, frontMatter = ''): Promise<string> {
    const path = join(folder, name);
    await writeFile(
      path,
      `${frontMatter}# Fictamycin\n\n## Dosing\n\nThe fictamycin dose for adults is ${dose} daily.\n`,
    );
    return path;
  }

  async function ingested(name: string, path: string, metadata: Record<string, unknown>): Promise<string> {
    const { runId } = await client.upload({ path, fileName: name, collection: 'guidelines', metadata });
    await followRun(client, runId, () => undefined);
    const run = await client.run(runId);
    expect(run.state).toBe('published');
    return run.documents[0]?.documentId ?? '';
  }

  async function medindex(...args: string[]): Promise<{ exitCode: number; out: string }> {
    let out = '';
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        out += chunk.toString();
        done();
      },
    });
    const env = { MEDINDEX_URL: stack.url, MEDINDEX_API_KEY: stack.adminKey };
    const terminal = { stdout: stream, stderr: stream, isInteractive: false, width: 200 };
    return { exitCode: await runCli({ args, env, terminal }), out };
  }

  const doses = async (request: Partial<SearchRequest> = {}) => {
    const { data } = await client.search({ query: QUERY, ...request });
    return data.hits.map((hit) => /[\d.]+ mg/.exec(hit.text)?.[0]).sort();
  };

  test('the newer one answers from its day on, the older one for the time before', async () => {
    const frontMatter =
      '---\ntitle: Fictamycin\npublisher: Imaginary Health Board\nversion: "1.0"\neffective: 2024-01-01\n---\n';
    const first = await ingested('v1.md', await file('v1.md', '10 mg', frontMatter), { externalId: 'fict-1' });
    expect(await doses()).toEqual(['10 mg']);
    const sent = await medindex(
      'ingest',
      await file('v2.md', '20 mg'),
      ...['--collection', 'guidelines', '--external-id', 'fict-2', '--edition', '2.0'],
      ...['--effective-from', '2025-06-01', '--supersedes', 'fict-1', '--wait'],
    );
    expect(sent).toMatchObject({ exitCode: 0 });
    const { documents } = await client.documents({ externalId: 'fict-2' });
    const second = documents[0]?.documentId ?? '';

    expect(await doses()).toEqual(['20 mg']);
    expect(await doses({ asOf: '2024-12-01' })).toEqual(['10 mg']);
    expect(await doses({ asOf: '2023-12-01' })).toEqual([]);
    expect(await doses({ includeSuperseded: true })).toEqual(['10 mg', '20 mg']);
    const { data, meta } = await client.search({ query: QUERY, includeSuperseded: true });
    expect(meta.asOf).toBe(new Date().toISOString().slice(0, 10));
    const [older] = data.hits.filter((hit) => hit.documentId === first);
    const supersededBy = { documentId: second, from: '2025-06-01' };
    expect(older).toMatchObject({ effectiveFrom: '2024-01-01', superseded: true, supersededBy });
    expect(await client.chunk(older?.chunkId ?? '')).toMatchObject({ superseded: true, supersededBy });
    expect(await client.document(first)).toMatchObject({
      state: 'published',
      superseded: true,
      supersededBy,
      metadata: { issuer: 'Imaginary Health Board', edition: '1.0' },
    });
    expect(await client.document(second)).toMatchObject({
      effectiveFrom: '2025-06-01',
      supersedes: ['fict-1'],
      superseded: false,
      supersededBy: null,
      metadata: { edition: '2.0' },
    });
    expect((await medindex('search', QUERY, '--as-of', '2024-12-01')).out).toContain('superseded since 2025-06-01');
    expect((await medindex('search', QUERY, '--as-of', '2024-13-01')).exitCode).toBe(2);
  });

  test('one that is to come waits, and a deleted one gives its place back', async () => {
    const metadata = { externalId: 'fict-3', effectiveFrom: TO_COME, supersedes: 'fict-2' };
    await ingested('v3.md', await file('v3.md', '30 mg'), metadata);
    expect(await doses()).toEqual(['20 mg']);
    expect(await doses({ asOf: TO_COME })).toEqual(['30 mg']);
    const { documents } = await client.documents({ externalId: 'fict-2' });
    await client.deleteDocument(documents[0]?.documentId ?? '');
    expect(await doses()).toEqual(['10 mg']);
    expect(await doses({ asOf: TO_COME })).toEqual(['30 mg']);
  });

  test('one that would take its own place is refused, before it is read or after', async () => {
    const path = await file('v4.md', '40 mg', '---\nsupersedes: [v4.md]\n---\n');
    await expect(
      client.upload({
        path,
        fileName: 'v4.md',
        collection: 'guidelines',
        metadata: { externalId: 'x', supersedes: ['x'] },
      }),
    ).rejects.toMatchObject({ status: 400, code: 'METADATA_INVALID' });
    await expect(
      client.upload({ path, fileName: 'v4.md', collection: 'guidelines', metadata: { effectiveFrom: '2025-02-30' } }),
    ).rejects.toMatchObject({ status: 400, code: 'METADATA_INVALID' });
    const { runId } = await client.upload({ path, fileName: 'v4.md', collection: 'guidelines' });
    await followRun(client, runId, () => undefined);
    expect(await client.run(runId)).toMatchObject({ state: 'failed', error: { code: 'SUPERSESSION_CIRCULAR' } });
    expect(await doses({ includeSuperseded: true })).not.toContain('40 mg');
  });
});
