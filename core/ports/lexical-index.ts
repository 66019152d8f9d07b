import type { AccessScope } from './access-scope.js';
import type { SearchFilter } from './search-filter.js';
import type { ScoredChunk } from './vector-index.js';

/** A word of a question, stemmed, that live chunks of the searched collections hold. */
export interface LexicalTerm {
  /** How the index names the term, once for each collection and spelling that it has. Of no use outside of the index. */
  readonly termKeys: readonly string[];
  /** Live chunks of all searched collections that hold the term. */
  readonly documentFrequency: number;
  /** ln(1 + (N − df + 0.5) / (df + 0.5)): Lucene's form of Robertson's, never negative. */
  readonly inverseDocumentFrequency: number;
}

/** What the collections in scope know of a question. */
export interface LexicalQuery {
  /** Rarest first. A word that no live chunk holds is left out. */
  readonly terms: readonly LexicalTerm[];
  /** How many other words the question has, stop words aside. */
  readonly unknownTerms: number;
  /** Live chunks of the collections in scope; 0 when nothing is known of the question. */
  readonly liveChunks: number;
  /** Mean length of a live chunk in terms; 0 when nothing is known of the question. */
  readonly meanLength: number;
}

/** The positions in `query.terms` of the words that a chunk holds, ascending; of the first {@link MAX_HELD_TERMS} only. */
export type HeldTerms = readonly number[];

/** A set of words travels as the bits of one number; a question has fewer rare words than that. */
export const MAX_HELD_TERMS = 62;

export interface LexicalHit extends ScoredChunk {
  readonly held: HeldTerms;
}

/**
 * BM25 over the text of live chunks (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75; IDF as Lucene's, never negative).
 * Document frequencies are those of live chunks of the searched collections of one organization: another tenant's
 * documents never move a score. A query is a bag of words (OR); each collection's own language stems it.
 */
export interface LexicalIndex {
  /** The first step of `search`, which takes its result with the same scope. */
  analyse(scope: AccessScope, question: string): Promise<LexicalQuery>;
  /** The k best chunks of live versions that pass scope and filter, best first; empty when no term of the query is known. */
  search(scope: AccessScope, query: LexicalQuery, filter: SearchFilter, k: number): Promise<LexicalHit[]>;
  /**
   * One step of what keeps the index small and quick, in whichever organization it is due; `more`: call again. A step is a
   * fraction of a second and changes no answer. Any number may run at a time, and any may be killed.
   */
  mergeSegments(): Promise<{ readonly more: boolean }>;
}
