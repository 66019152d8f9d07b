import type { AccessScope } from '../../core/ports/access-scope.js';
import type { CollectionCatalog } from '../../core/ports/collection-catalog.js';
import type { Retrieved } from '../../core/retrieval/retrieve.js';

const QUESTION_SAYS_NOTHING =
  'Nothing that was searched holds a word of this question or is near to it: its subject is not in these documents, or it consists of stop words and signs. Ask with other words of the matter.';

/**
 * Why nothing was found: the key, the collections, or a question of which nothing is known. `null`: none of these, or something
 * was found.
 */
export async function hintFor(
  collections: Pick<CollectionCatalog, 'list'>,
  scope: AccessScope,
  { found, saysNothing }: { readonly found: number; readonly saysNothing: boolean },
): Promise<string | null> {
  if (found > 0) return null;
  return (await hintOnNothing(collections, scope)) ?? (saysNothing ? QUESTION_SAYS_NOTHING : null);
}

/**
 * Why a search of this scope can find nothing, whatever is asked: there is nothing, or the key may see nothing of what
 * there is. `null`: the question is the reason.
 */
async function hintOnNothing(collections: Pick<CollectionCatalog, 'list'>, scope: AccessScope): Promise<string | null> {
  const searched = await collections.list(scope);
  if (searched.some(({ documents }) => documents > 0)) return null;
  if (!searched.some(({ hidesDocuments }) => hidesDocuments)) {
    return 'The collections that were searched hold no published documents yet.';
  }
  return (
    `This key sees documents up to the safety level ${scope.safetyLevel}, and all documents of the collections that were ` +
    'searched are above it. Ask an administrator for a key of a higher level, or for the documents at a lower one.'
  );
}

const NEAR_MISSES =
  'Nothing here is likely to answer this: these are the nearest passages. Say so rather than answer from them.';
export const TOO_FAR = 'Nothing that was found is likely to answer this.';

/** What whoever answers from these passages has to know before; `null`: that they are likely to answer. */
export function hintOnNearMisses({ hits, answerable }: Pick<Retrieved, 'hits' | 'answerable'>): string | null {
  if (answerable !== false) return null;
  return hits.length > 0 ? NEAR_MISSES : TOO_FAR;
}
