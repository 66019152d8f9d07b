import type { Pool } from 'pg';

/** Deterministic identifiers of what is made up: kind and number. */
const ID = `create or replace function pg_temp.made(kind text, at bigint) returns uuid language sql immutable as
  $$ select md5(kind || at)::uuid $$`;

// A list of diseases and acts gives names that differ as guidelines' names do, and words to look for.
const NAMES = `
  create or replace function pg_temp.title(at bigint) returns text language sql immutable as $$
    select (array['Management', 'Treatment', 'Prevention', 'Diagnosis', 'Screening', 'Follow-up', 'Monitoring'])[1 + at % 7]
      || ' of ' || (array['acute', 'chronic', 'severe', 'recurrent', 'early', 'paediatric'])[1 + (at / 7) % 6]
      || ' ' || (array['sepsis', 'asthma', 'stroke', 'pneumonia', 'heart failure', 'diabetes', 'hypertension', 'migraine',
        'pancreatitis', 'epilepsy', 'arthritis'])[1 + (at / 42) % 11] || ', part ' || at $$`;

const CLOCK = `now() - interval '1 minute' * (at % (30 * 24 * 60)) - interval '2 minutes'`;

const SOURCES = `
  insert into knowledge.sources (source_id, organization_id, collection_id, source_key, latest_run_id)
  select pg_temp.made('source', at), 'default', $1, 'upload:guideline-' || at || '.pdf', pg_temp.made('run', at)
  from generate_series(1, $2::bigint) at`;

/** Of a hundred 96 are published, three failed, and one is held; the newest forty are under way. */
const STATE = `case when at <= 40 then 'running' when at % 100 < 3 then 'failed' when at % 100 = 3 and at < 50000 then 'held' else 'published' end`;

const RUNS = `
  insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, source_id, workflow_id, file_name,
    object_key, object_sha256, object_size_bytes, metadata, state, stage, pages_total, pages_done, error_code, accepted_at, finished_at)
  select pg_temp.made('run', at), 'default', 'ingest', pg_temp.made('source', at)::text, 'system', $1, pg_temp.made('source', at),
    'ingest:default:' || at, 'guideline-' || at || '.pdf', 'sources/default/' || at, encode(sha256(at::text::bytea), 'hex'), 1000 + at,
    '{"custom": {}}', state, case state when 'running' then (array['accepted', 'ocr', 'screen', 'embed'])[1 + at % 4] else 'done' end,
    1 + at % 24, case state when 'running' then at % 12 else 1 + at % 24 end,
    case state when 'failed' then (array['ARCHIVE_OF_FILES', 'PDF_DAMAGED', 'STORE_UNAVAILABLE', 'PARSER_CRASHED'])[1 + (at / 100) % 4] end,
    ${CLOCK} - interval '20 seconds', case state when 'running' then null else ${CLOCK} end
  from generate_series(1, $2::bigint) at cross join lateral (select ${STATE} as state) s`;

const DOCUMENTS = `
  insert into knowledge.documents (document_id, organization_id, collection_id, external_id, live_version_id, live_sequence, title,
    language, metadata, updated_at, created_at)
  select pg_temp.made('document', at), 'default', $1, 'guideline-' || at || '.pdf',
    case when state = 'published' then pg_temp.made('version', at) end, at,
    case when state = 'published' then pg_temp.title(at) end, 'en', jsonb_build_object('ward', at % 40), ${CLOCK}, ${CLOCK}
  from generate_series(1, $2::bigint) at cross join lateral (select ${STATE} as state) s
  where state in ('published', 'held')`;

const VERSIONS = `
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint, state, phi_status,
    source_sha256, page_count, title, language, opened_at, published_at)
  select pg_temp.made('version', at), 'default', pg_temp.made('document', at), pg_temp.made('run', at), r.sequence, 1, at::text, r.state,
    case r.state when 'held' then 'suspected' else 'clear' end, r.object_sha256, r.pages_total,
    case r.state when 'published' then pg_temp.title(at) end, 'en', r.accepted_at,
    case r.state when 'published' then r.finished_at end
  from generate_series(1, $1::bigint) at join knowledge.runs r on r.run_id = pg_temp.made('run', at)
  where r.state in ('published', 'held')`;

/** A part of what was held was decided before; of their findings some were false alarms. */
const REVIEWS = `
  with held as (
    select at, pg_temp.made('version', at) as version_id, r.accepted_at, r.collection_id, r.source_id
    from generate_series(1, $1::bigint) at join knowledge.runs r on r.run_id = pg_temp.made('run', at) where r.state = 'held'
  ), runs as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, source_id, workflow_id, parent_run_id,
      state, stage, accepted_at, finished_at)
    select pg_temp.made('review', at), 'default', 'review', version_id::text, 'system', collection_id, source_id, 'review:default:' || at,
      pg_temp.made('run', at), case when at % 3 = 0 then 'rejected' else 'running' end, 'accepted', accepted_at,
      case when at % 3 = 0 then accepted_at + interval '1 hour' end
    from held
  ), reviews as (
    insert into compliance.reviews (run_id, organization_id, document_id, version_id, opened_at, overdue_at, verdict, decided_by, decided_at)
    select pg_temp.made('review', at), 'default', pg_temp.made('document', at), version_id, accepted_at,
      case when accepted_at < now() - interval '3 days' then accepted_at + interval '3 days' end,
      case when at % 3 = 0 then 'reject' end, case when at % 3 = 0 then 'system' end,
      case when at % 3 = 0 then accepted_at + interval '1 hour' end
    from held
  )
  insert into compliance.findings (version_id, ordinal, organization_id, category, start_offset, end_offset, page, score, recogniser,
    span_hash, dismissed)
  select version_id, ordinal, 'default', (array['patient_name', 'mrn', 'phone'])[1 + (at + ordinal) % 3], 10 * ordinal, 10 * ordinal + 8,
    1, 0.9, (array['person_name/title', 'mrn/label', 'phone/format'])[1 + (at + ordinal) % 3],
    encode(sha256(((at + ordinal) % 50)::text::bytea), 'hex'), at % 3 = 0 and (at / 3 + ordinal) % 4 = 0
  from held cross join generate_series(0, 2) ordinal`;

/**
 * Fills a migrated catalog with made-up documents, their runs, and reviews of what was held, by the statements that a superuser may
 * run: no passages, no objects. Only lists and counts can be asked of it.
 */
export async function fillCatalog(pool: Pool, { collection, documents }: { collection: string; documents: number }) {
  const client = await pool.connect();
  try {
    // No triggers and no checks of foreign keys: each row is whole by the way it is made.
    await client.query(`set session_replication_role = replica`);
    await client.query(ID);
    await client.query(NAMES);
    const { rows } = await client.query<{ collection_id: string }>(
      `select collection_id from knowledge.collections where organization_id = 'default' and name = $1`,
      [collection],
    );
    const collectionId = rows[0]?.collection_id;
    for (const sql of [SOURCES, RUNS, DOCUMENTS]) await client.query(sql, [collectionId, documents]);
    for (const sql of [VERSIONS, REVIEWS]) await client.query(sql, [documents]);
    await client.query(
      `update knowledge.collections set review_cycle_days = 20, live_documents =
        (select count(*) from knowledge.documents where live_version_id is not null and collection_id = $1)
       where collection_id = $1`,
      [collectionId],
    );
    await client.query('reset session_replication_role');
    await client.query('analyze');
  } finally {
    client.release();
  }
}
