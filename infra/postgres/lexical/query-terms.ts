import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { storableText } from '../storable.js';

// Each collection stems the query as it stemmed its chunks. One row a term and collection.
const QUERY_TERMS = `
  with searched as (
    select collection_id, text_configs, live_chunks, live_terms
    from knowledge.collections
    where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and live_chunks > 0
  ), totals as (
    select sum(live_chunks) as live_chunks, sum(live_terms) as live_terms from searched
  ), stems as (
    select distinct s.collection_id, stem
    from searched s
    cross join lateral unnest(s.text_configs) config
    cross join lateral unnest(tsvector_to_array(to_tsvector(config::regconfig, $3))) stem
  )
  select t.term, t.term_no, t.document_frequency, totals.live_chunks::float8, totals.live_terms::float8
  from stems s
  join knowledge.lexical_terms t on t.collection_id = s.collection_id and t.term = s.stem
  cross join totals
  where t.document_frequency > 0`;

interface TermRow {
  term: string;
  term_no: number;
  document_frequency: number;
  live_chunks: number;
  live_terms: number;
}

export interface QueryTerm {
  /** Numbers of the term, one a collection that has it. */
  readonly termNos: readonly number[];
  /** Live chunks of all searched collections that have the term. */
  readonly documentFrequency: number;
  /** ln(1 + (N − df + 0.5) / (df + 0.5)): Lucene's form of Robertson's, never negative. */
  readonly inverseDocumentFrequency: number;
}

export interface AnalysedQuery {
  /** Rarest first. Terms that no live chunk has are left out. */
  readonly terms: readonly QueryTerm[];
  readonly liveChunks: number;
  /** Mean length of a live chunk in terms. */
  readonly meanLength: number;
}

/** What the collections in scope know of a query's words; `null` when they know none. */
export async function analyseQuery(
  database: Queryable,
  scope: AccessScope,
  query: string,
): Promise<AnalysedQuery | null> {
  const rows = await database.query<TermRow>('queryTerms', QUERY_TERMS, [
    scope.organizationId,
    scopedCollections(scope),
    storableText(query),
  ]);
  const [first] = rows;
  if (!first) return null;
  const liveChunks = first.live_chunks;
  const byTerm = new Map<string, TermRow[]>();
  for (const row of rows) byTerm.set(row.term, [...(byTerm.get(row.term) ?? []), row]);
  const terms = [...byTerm.values()].map((group): QueryTerm => {
    const documentFrequency = group.reduce((sum, row) => sum + row.document_frequency, 0);
    return {
      termNos: group.map((row) => row.term_no),
      documentFrequency,
      inverseDocumentFrequency: Math.log(1 + (liveChunks - documentFrequency + 0.5) / (documentFrequency + 0.5)),
    };
  });
  terms.sort((a, b) => a.documentFrequency - b.documentFrequency || (a.termNos[0] ?? 0) - (b.termNos[0] ?? 0));
  return { terms, liveChunks, meanLength: first.live_terms / liveChunks };
}
