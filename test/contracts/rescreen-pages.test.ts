import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentId } from '../../core/contract/ids.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { pastTheGuards } from '../harness/past-the-guards.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import { ingest, newCollection } from './catalog-world.js';

const SCREEN = { version: 7, screenedWith: 'rules' };
const DOCUMENTS = 3_000;
const PAGE = 20;

// Past the catalog: as an ingest leaves them.
const MAKE_DOCUMENTS = `
  with template as (
    select v.* from knowledge.versions v join knowledge.documents d on d.live_version_id = v.version_id
    where d.collection_id = $1 limit 1
  ), made as materialized (
    select gen_random_uuid() as document_id, gen_random_uuid() as version_id from generate_series(1, $2::integer)
  ), documents as (
    insert into knowledge.documents (document_id, organization_id, collection_id, external_id, live_version_id)
    select m.document_id, t.organization_id, $1, m.document_id::text, m.version_id from made m, template t
  )
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint, state,
    phi_status, source_sha256, page_count, published_at, text)
  select m.version_id, t.organization_id, m.document_id, t.run_id, t.sequence, 1, 'made', 'published', 'clear',
    t.source_sha256, 0, now(), ''
  from made m, template t`;
const ROWS_READ = `
  select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as rows
  from pg_stat_user_tables where schemaname = 'knowledge' and relname in ('documents', 'versions')`;

const postgres = await nativePostgres(16);

describe.skipIf(postgres.unavailable !== null)(`pages of what a rescreen looks at, on ${postgres.name}`, () => {
  let database: TestDatabase;
  let one: Pool;
  beforeAll(async () => {
    database = await postgres.start();
    // One connection: what it has read is known once it says so itself.
    one = new Pool({ connectionString: database.databaseUrl, max: 1 });
  });
  afterAll(async () => {
    await one.end();
    await database.close();
  });

  async function rowsRead(): Promise<number> {
    await one.query('select pg_stat_force_next_flush()');
    const { rows } = await one.query<{ rows: number }>(ROWS_READ);
    return rows[0]?.rows ?? 0;
  }

  it('read what they answer, and not all that is left', async () => {
    const world = catalogOver(database);
    const collection = await newCollection(world);
    const { organizationId, collectionId } = collection;
    await ingest(world, collection, { paragraphs: ['zinc helps'], slot: randomUUID() });
    await pastTheGuards(database.pool, (client) => client.query(MAKE_DOCUMENTS, [collectionId, DOCUMENTS]));
    const details = { report: false, all: false };
    const { act } = await world.catalog.runs.acceptAct({
      ...{ organizationId, collectionId, kind: 'rescreen', subject: collectionId, actor: 'key-1', details },
      audit: { action: 'collection.rescreen_started', details },
    });
    const { rescreens } = createPostgresCatalog({ pool: one });
    const run = { organizationId, runId: act.runId };
    const seen = new Set<DocumentId>();
    const before = await rowsRead();
    let pages = 0;
    for (let after: DocumentId | null = null; ; pages++) {
      const versions = await rescreens.next(run, SCREEN, { after, limit: PAGE });
      for (const { documentId } of versions) seen.add(documentId);
      if (versions.length < PAGE) break;
      after = versions.at(-1)?.documentId ?? null;
    }
    expect(seen.size).toBe(DOCUMENTS + 1);
    // Each document, its version, and for each page where it begins.
    expect((await rowsRead()) - before).toBeLessThan(3 * DOCUMENTS);
  });
});
