import type { AccessScope } from '../../core/ports/access-scope.js';
import type { CollectionCatalog } from '../../core/ports/collection-catalog.js';

export const QUESTION_SAYS_NOTHING =
  'The question holds no word that can be searched for: stop words, signs or letters that nothing here knows. Ask with the words of the matter.';

/**
 * Why a search of this scope can find nothing, whatever is asked: there is nothing, or the key may see nothing of what
 * there is. `null`: the question is the reason.
 */
export async function hintOnNothing(
  collections: Pick<CollectionCatalog, 'list'>,
  scope: AccessScope,
): Promise<string | null> {
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
