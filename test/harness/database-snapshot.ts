import type { Pool } from 'pg';
import { innerWords } from '../../core/retrieval/inner-words.js';

/**
 * What a database holds, without the ids and times that differ from run to run. Two snapshots are equal when nothing was
 * lost, doubled or left half done in one of them.
 */
export async function databaseSnapshot(pool: Pool): Promise<Record<string, unknown[]>> {
  const snapshot: Record<string, unknown[]> = {};
  const texts = await pool.query<{ text: string }>(`select prefix || E'\\n' || text as text from knowledge.chunks`);
  const inner = new Set(texts.rows.flatMap(({ text }) => innerWords(text).split(' ')));
  for (const [name, sql] of Object.entries(QUERIES)) {
    snapshot[name] = (await pool.query(sql, sql.includes('$1') ? [[...inner].join(' ')] : [])).rows;
  }
  for (const { table } of (await pool.query<{ table: string }>(VECTOR_TABLES)).rows) {
    const { rows } = await pool.query<{ text: string; vector: string }>(
      `select c.text, md5(v.embedding::text) as vector from vectors.${table} v
       join knowledge.chunks c using (chunk_no) order by 1, 2`,
    );
    (snapshot['vectors'] ??= []).push(...rows);
  }
  return snapshot;
}

const VECTOR_TABLES = `
  select 'index_' || replace(vector_index_id::text, '-', '') as table
  from knowledge.vector_indexes join knowledge.collections using (collection_id)
  where to_regclass('vectors.index_' || replace(vector_index_id::text, '-', '')) is not null
  order by name`;

/** What the keys of terms stand for: the words of all texts, and those inside of them (`$1`), stemmed as any document of their collection is. */
const WORDS = `
  select distinct knowledge.term_key(c.collection_id, u.lexeme) as term_key, u.lexeme as word
  from knowledge.chunks c join knowledge.collections k using (collection_id)
  cross join unnest(k.text_configs) config
  cross join unnest(to_tsvector(config::regconfig, c.prefix || E'\\n' || c.text)) u
  union
  select knowledge.term_key(k.collection_id, u.lexeme), u.lexeme
  from knowledge.collections k cross join unnest(k.text_configs) config
  cross join unnest(to_tsvector(config::regconfig, $1)) u`;

const QUERIES: Record<string, string> = {
  documents: `
    select c.name, d.external_id, d.title, d.deleted_at is not null as deleted, d.deleted_by_hand, d.withdrawn_cause as cause,
      live.number as live,
      (select json_agg(json_build_array(v.number, v.state, v.phi_status, v.page_count, v.failure_code) order by v.number)
       from knowledge.versions v where v.document_id = d.document_id) as versions
    from knowledge.documents d join knowledge.collections c using (collection_id)
    left join knowledge.versions live on live.version_id = d.live_version_id
    order by 1, 2`,
  ledger: `
    select d.external_id, v.number, p.page, p.outcome, p.reason
    from knowledge.pages p join knowledge.versions v using (version_id) join knowledge.documents d using (document_id)
    order by 1, 2, 3`,
  passages: `
    select d.external_id, v.number, vc.ordinal, c.text, c.prefix, vc.start_offset, vc.end_offset, vc.pages, vc.section_path
    from knowledge.version_chunks vc join knowledge.chunks c using (chunk_no)
    join knowledge.versions v using (version_id) join knowledge.documents d on d.document_id = v.document_id
    order by 1, 2, 3`,
  loosePassages: `
    select c.text from knowledge.chunks c
    where not exists (select from knowledge.version_chunks vc where vc.chunk_no = c.chunk_no) order by 1`,
  terms: `
    select c.name, w.word, t.document_frequency
    from knowledge.lexical_terms t join knowledge.collections c using (collection_id)
    left join (${WORDS}) w using (term_key)
    where t.document_frequency > 0 order by 1, 2`,
  postings: `
    select w.word, c.text, (posting & 255)::int as term_frequency, ((posting >> 8) & 32767)::int as chunk_length
    from knowledge.lexical_postings p cross join unnest(p.postings) posting
    join knowledge.chunks c on c.chunk_no = posting >> 23
    left join (${WORDS}) w using (term_key)
    order by 1, 2`,
  collections: `
    select name, live_documents, live_chunks, live_terms, publication_epoch from knowledge.collections order by name`,
  runs: `
    select file_name, state, stage, error_code, pages_total, pages_done, records_done,
      (select json_agg(json_build_array(i.record_index, i.outcome, i.reason) order by i.record_index)
       from knowledge.run_items i where i.run_id = r.run_id) as items
    from knowledge.runs r where kind in ('ingest', 'reread') order by 1, sequence`,
  reviews: `
    select d.external_id, v.number, r.state, w.verdict
    from compliance.reviews w join knowledge.runs r using (run_id) join knowledge.versions v on v.version_id = w.version_id
    join knowledge.documents d on d.document_id = w.document_id order by 1, 2`,
  syncs: `
    select state, error_code, details -> 'finalCounts' as final_counts from knowledge.runs where kind = 'sync' order by sequence`,
  sources: `
    select source_key, problem_code, gone_at is not null as gone, settled_fingerprint is not null as settled
    from knowledge.sources order by 1`,
  cachedVectors: `select input_sha256, md5(vector) as vector from knowledge.embedding_cache order by 1`,
  audit: `select actor, action, details - 'syncRunId' - 'runId' as details from compliance.audit_log order by 2, 1, sequence`,
};
