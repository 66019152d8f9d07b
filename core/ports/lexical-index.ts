import type { AccessScope } from './access-scope.js';
import type { SearchFilter } from './search-filter.js';
import type { ScoredChunk } from './vector-index.js';

/**
 * BM25 over the text of live chunks (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75; IDF as Lucene's, never negative).
 * Document frequencies are those of live chunks of the searched collections of one organization: another tenant's
 * documents never move a score. A query is a bag of words (OR); each collection's own language stems it.
 */
export interface LexicalIndex {
  /** The k best chunks of live versions that pass scope and filter, best first; empty when no term of the query is known. */
  search(scope: AccessScope, query: string, filter: SearchFilter, k: number): Promise<ScoredChunk[]>;
}
