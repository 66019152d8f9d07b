import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { LexicalQuery, LexicalTerm } from '../../../core/ports/lexical-index.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { storableText } from '../storable.js';

// N and the mean length of BM25 are those of the collections in scope, whatever the filter; each collection stems the query
// as it stemmed its chunks. One row a term and collection.
const QUERY_TERMS = `
  with searched as materialized (
    select collection_id, text_configs, live_chunks, live_terms
    from knowledge.collections
    where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and live_chunks > 0
  ), stems as materialized (
    select distinct s.collection_id, stem
    from searched s
    cross join lateral unnest(s.text_configs) config
    cross join lateral unnest(tsvector_to_array(to_tsvector(config::regconfig, $3))) stem
  )
  select s.stem as term, knowledge.term_key(s.collection_id, s.stem)::text as term_key, t.document_frequency,
    (select sum(live_chunks)::bigint from searched) as live_chunks,
    (select sum(live_terms)::bigint from searched) as live_terms
  from stems s
  -- "offset 0": looked up term by term; without statistics the planner would read the whole vocabulary.
  cross join lateral (
    select document_frequency from knowledge.lexical_terms t
    where t.collection_id = s.collection_id and t.term = s.stem
    offset 0
  ) t
  where t.document_frequency > 0`;

interface TermRow {
  term: string;
  term_key: string;
  document_frequency: number;
  /** Of all searched collections, the same in every row. */
  live_chunks: number;
  live_terms: number;
}

/** What the collections in scope know of a question's words. */
export async function analyseQuery(database: Queryable, scope: AccessScope, question: string): Promise<LexicalQuery> {
  const rows = await database.query<TermRow>('queryTerms', QUERY_TERMS, [
    scope.organizationId,
    scopedCollections(scope),
    storableText(question),
  ]);
  const [first] = rows;
  if (!first) return { terms: [], liveChunks: 0, meanLength: 0 };
  const { live_chunks: liveChunks, live_terms: liveTerms } = first;
  return { terms: weigh(rows, liveChunks), liveChunks, meanLength: liveTerms / liveChunks };
}

function weigh(rows: readonly TermRow[], liveChunks: number): LexicalTerm[] {
  const byTerm = new Map<string, TermRow[]>();
  for (const row of rows) byTerm.set(row.term, [...(byTerm.get(row.term) ?? []), row]);
  // By term first: of equally rare ones the same come first every time.
  const groups = [...byTerm].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return groups
    .map((group): LexicalTerm => {
      const documentFrequency = group.reduce((sum, row) => sum + row.document_frequency, 0);
      return {
        termKeys: group.map((row) => row.term_key),
        documentFrequency,
        inverseDocumentFrequency: Math.log(1 + (liveChunks - documentFrequency + 0.5) / (documentFrequency + 0.5)),
      };
    })
    .sort((a, b) => a.documentFrequency - b.documentFrequency);
}
