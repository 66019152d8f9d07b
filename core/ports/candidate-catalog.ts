import type { ChunkId, DocumentId } from '../contract/ids.js';
import type { AccessScope } from './access-scope.js';
import type { HeldTerms, LexicalQuery } from './lexical-index.js';
import type { SearchFilter } from './search-filter.js';

/** How a search by vectors keeps to scope and filter; a store of vectors knows neither. */
export type FilterPlan =
  /** Few documents pass: the store searches among these only. */
  | { readonly kind: 'selective'; readonly documentIds: readonly DocumentId[] }
  /** So many pass that candidates are checked afterwards. */
  | { readonly kind: 'broad' };

/** What the catalog says of candidates that a store of vectors answered. */
export interface CandidateCatalog {
  /** `selective` with all live documents that pass scope and filter, where these are at most `maxDocuments`. */
  planFilter(scope: AccessScope, filter: SearchFilter, maxDocuments: number): Promise<FilterPlan>;
  /**
   * Those of the chunks that are part of a live version and pass scope and filter, with the words of the question that each
   * holds: one statement for both. Without `words` nothing is said to be held.
   */
  visible(
    scope: AccessScope,
    filter: SearchFilter,
    chunkIds: readonly ChunkId[],
    words?: LexicalQuery,
  ): Promise<ReadonlyMap<ChunkId, HeldTerms>>;
}
