import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { VersionReading } from '../../core/contract/reading.js';
import { parseObjectKey } from '../../core/contract/object-keys.js';
import type { Catalog } from '../../core/ports/catalog.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { pubmedRecord, pubmedSet } from '../fixtures/documents/pubmed-xml.js';
import { type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const PATIENT = 'Patient: Jane Roe, SSN 536-22-1234, MRN 00482915, born 03/04/1961.';

/** One file of each reader that reads no pages; of records, one is held and one is not. */
const FILES: Record<string, { content: string; collection: string }> = {
  'records.xml': {
    content: pubmedSet([pubmedRecord(1), pubmedRecord(2, { abstract: `<AbstractText>${PATIENT}</AbstractText>` })]),
    collection: 'pubmed_abstracts',
  },
  'rows.csv': { content: `name,note\nvisit,"${PATIENT}"\n`, collection: 'guidelines' },
  'letter.md': { content: `# Letter\n\n${PATIENT}\n`, collection: 'guidelines' },
};

describe('files with something held', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let engine: IngestEngine;
  let folder: string;

  beforeAll(async () => {
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    folder = await mkdtemp(join(tmpdir(), 'medindex-held-'));
    engine = await startIngestEngine({ temporal, database });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of engine.objects.list(prefix)) found.push(key);
    return found;
  }

  /** Names of local copies of the file that lie in the clear, wherever in the workers' data folder. */
  async function scratchCopiesOf(path: string): Promise<string[]> {
    const content = await readFile(path);
    const found: string[] = [];
    for (const entry of await readdir(engine.dataDir, { recursive: true, withFileTypes: true })) {
      // Objects have a test of their own.
      if (!entry.isFile() || entry.parentPath.startsWith(join(engine.dataDir, 'objects'))) continue;
      const file = join(entry.parentPath, entry.name);
      if ((await readFile(file)).includes(content)) found.push(relative(engine.dataDir, file));
    }
    return found;
  }

  test('leave no original in the clear, whichever reader reads them, and the same file again neither', async () => {
    for (const [name, { content, collection }] of Object.entries(FILES)) {
      const path = join(folder, name);
      await writeFile(path, content);
      for (let time = 1; time <= 2; time++) {
        const [run] = await engine.runsEnded([await engine.upload(path, collection)]);
        expect(run?.documents.map((document) => document.state)).toContain('held');
        expect(await keys(`sources/${DEFAULT_ORGANIZATION}/`), `${name}, time ${time}`).toEqual([]);
        expect(await scratchCopiesOf(path), `${name}, time ${time}`).toEqual([]);
      }
    }
  });

  test('have one object for what was read of each version, and every object is one of a document', async () => {
    const readings = (await keys(`work/${DEFAULT_ORGANIZATION}/`)).filter((key) => key.endsWith('/reading.json'));
    expect(readings).toHaveLength(4);
    for (const key of readings) {
      const chunks: Buffer[] = [];
      for await (const chunk of await engine.objects.openRead(key)) chunks.push(chunk as Buffer);
      const { versionId } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as VersionReading;
      expect(key).toContain(`/${versionId}/`);
    }
    const { rows } = await database.pool.query<{ document_id: string }>('select document_id from knowledge.documents');
    const known = await Promise.all(
      rows.map((row) => catalog.documents.objects(DEFAULT_ORGANIZATION, row.document_id)),
    );
    const ownKeys = known.flatMap((objects) => [...(objects?.keys ?? []), ...(objects?.sharedOriginals ?? [])]);
    const prefixes = known.flatMap((objects) => [...(objects?.prefixes ?? []), ...(objects?.batchPrefixes ?? [])]);
    const all = [...(await keys('work/')), ...(await keys('held/')), ...(await keys('sources/'))];
    // What no document needs any more are lists of batches that have ended: the sweep takes those, and nothing else.
    const unneeded = await catalog.orphans.unneededObjects(DEFAULT_ORGANIZATION, all);
    expect(unneeded.map((key) => parseObjectKey(key)?.kind)).toEqual(unneeded.map(() => 'list'));
    expect(all.filter((key) => parseObjectKey(key) === null)).toEqual([]);
    expect(all.filter((key) => !ownKeys.includes(key) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual(
      [],
    );
  });
});
