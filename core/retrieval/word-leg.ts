import type { ChunkId } from '../contract/ids.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { HeldTerms, LexicalIndex, LexicalQuery } from '../ports/lexical-index.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { RankedList } from './fusion.js';

export interface WordsFound {
  readonly query: LexicalQuery;
  readonly list: RankedList;
  /** Which words of the question each chunk of the list holds. */
  readonly held: ReadonlyMap<ChunkId, HeldTerms>;
}

/** The leg of words: what the searched collections know of the question, and the best chunks by BM25. */
export async function searchWords(
  lexical: LexicalIndex,
  leg: { scope: AccessScope; text: string; filter: SearchFilter; k: number },
): Promise<WordsFound> {
  const query = await lexical.analyse(leg.scope, leg.text);
  const ranked = await lexical.search(leg.scope, query, leg.filter, leg.k);
  return { query, list: { leg: 'text', ranked }, held: new Map(ranked.map(({ chunkId, held }) => [chunkId, held])) };
}
