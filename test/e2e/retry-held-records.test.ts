import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../../core/ports/catalog.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { pubmedRecord, pubmedSet } from '../fixtures/documents/pubmed-xml.js';
import { describeWith } from '../harness/describe-with.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

describeWith([await findTemporal()], 'a file of records with failed and held ones', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let engine: IngestEngine;
  let folder: string;

  beforeAll(async () => {
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    folder = await mkdtemp(join(tmpdir(), 'medindex-retry-'));
    engine = await startIngestEngine({ temporal, database, settings: { EMBEDDING_PROVIDER: 'off' } });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a file with held and failed records is tried again from its sealed original, which stays sealed', async () => {
    const path = join(folder, 'mixed.xml');
    const note = 'Patient: John Q. Sample, SSN 078-05-1120, MRN 00012345, DOB 02/03/1951.';
    const records = [
      pubmedRecord(0),
      pubmedRecord(1, { abstract: `<AbstractText>${note}</AbstractText>` }),
      pubmedRecord(2, { title: '', abstract: '' }),
    ];
    await writeFile(path, pubmedSet(records));
    const first = await ended(await engine.upload(path, 'pubmed_abstracts'));
    expect(first).toMatchObject({ state: 'needs_attention', error: { code: 'RECORDS_FAILED' } });
    expect(first.object.key).toMatch(/^held\//);
    expect(await catalog.runs.countRecords(EVERYTHING, first.runId)).toEqual({ published: 1, held: 1, failed: 1 });

    const second = await ended(await engine.retry(first.runId));
    expect(second).toMatchObject({ state: 'needs_attention', error: { code: 'RECORDS_FAILED' }, object: first.object });
    expect(await catalog.runs.countRecords(EVERYTHING, second.runId)).toEqual({ unchanged: 1, held: 1, failed: 1 });
    expect(await engine.objects.stat(first.object.key.replace('held/', 'sources/'))).toBeNull();
    const held = await catalog.runs.listRecords(EVERYTHING, second.runId, { limit: 10, outcome: 'held' });
    expect(held).toHaveLength(1);
  });

  async function ended(runId: string) {
    const [run] = await engine.runsEnded([runId]);
    if (!run) throw new Error('no such run');
    return run;
  }
});
