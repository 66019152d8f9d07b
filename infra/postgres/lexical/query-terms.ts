import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { LexicalQuery, LexicalTerm } from '../../../core/ports/lexical-index.js';
import { innerWords } from '../../../core/retrieval/inner-words.js';
import { sameWord, wordingsOf } from '../../../core/retrieval/wordings.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { storableText } from '../storable.js';
import { termKeyIn } from './keyed-terms.js';

// N and the mean length of BM25 are those of the collections in scope, whatever the filter; each collection stems the query
// as it stemmed its chunks. One row a term and collection; `usual`: a stem of the first wording; `inner`: of a word inside of others.
const QUERY_TERMS = `
  with searched as materialized (
    select collection_id, text_configs, live_chunks, live_terms
    from knowledge.collections
    where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and live_chunks > 0
  ), stems as materialized (
    select s.collection_id, stem, bool_or(wording.position = 2) as usual, bool_or(wording.position = 1) as "inner"
    from searched s
    cross join lateral unnest(s.text_configs) config
    cross join unnest($3::text[]) with ordinality wording (text, position)
    cross join lateral unnest(tsvector_to_array(to_tsvector(config::regconfig, wording.text))) stem
    group by s.collection_id, stem
  )
  select s.stem as term, s.collection_id, s.term_key::text, s.usual, s."inner", coalesce(t.document_frequency, 0) as document_frequency,
    (select sum(live_chunks)::bigint from searched) as live_chunks,
    (select sum(live_terms)::bigint from searched) as live_terms
  from (select *, knowledge.term_key(collection_id, stem) as term_key from stems) s
  -- "offset 0": looked up term by term; without statistics the planner would read the whole vocabulary.
  left join lateral (
    select document_frequency from knowledge.lexical_terms t
    where t.term_key = s.term_key
    offset 0
  ) t on true`;

interface TermRow {
  term: string;
  collection_id: string;
  term_key: string;
  usual: boolean;
  inner: boolean;
  document_frequency: number;
  /** Of all searched collections, the same in every row. */
  live_chunks: number;
  live_terms: number;
}

/** What the collections in scope know of a question's words, in each of its wordings. */
export async function analyseQuery(database: Queryable, scope: AccessScope, question: string): Promise<LexicalQuery> {
  const rows = await database.query<TermRow>('queryTerms', QUERY_TERMS, [
    scope.organizationId,
    scopedCollections(scope),
    [innerWords(storableText(question)), ...wordingsOf(storableText(question))],
  ]);
  const [first] = rows;
  if (!first) return { terms: [], unknownTerms: 0, liveChunks: 0, meanLength: 0 };
  const { live_chunks: liveChunks, live_terms: liveTerms } = first;
  const words = bySameWord(rows);
  const known = words.filter((word) => word.some((row) => row.document_frequency > 0));
  return {
    terms: weigh(known, liveChunks),
    // What is written as one word and unknown is so however much of it is known.
    unknownTerms: words.filter((word) => !known.includes(word) && word.some((row) => row.usual)).length,
    liveChunks,
    meanLength: liveTerms / liveChunks,
  };
}

/** The words of the usual wording, each with the rows of all stems that mean the same. */
function bySameWord(rows: readonly TermRow[]): TermRow[][] {
  const words = new Map<string, TermRow[]>();
  for (const row of rows) {
    const word = sameWord(row.term);
    if (word !== null) words.set(word, [...(words.get(word) ?? []), row]);
  }
  // By word first: of equally rare ones the same come first every time.
  return [...words]
    .filter(([, word]) => word.some((row) => row.usual || row.inner))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, word]) => word);
}

function weigh(words: readonly (readonly TermRow[])[], liveChunks: number): LexicalTerm[] {
  return words
    .map((word): LexicalTerm => {
      const rows = word.filter((row) => row.document_frequency > 0);
      const documentFrequency = Math.min(
        liveChunks,
        rows.reduce((sum, row) => sum + row.document_frequency, 0),
      );
      return {
        termKeys: rows.map((row) => termKeyIn(row.collection_id, row.term_key)),
        documentFrequency,
        inverseDocumentFrequency: Math.log(1 + (liveChunks - documentFrequency + 0.5) / (documentFrequency + 0.5)),
      };
    })
    .sort((a, b) => a.documentFrequency - b.documentFrequency);
}
