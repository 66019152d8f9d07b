import { SAFETY_LEVELS } from '../../core/contract/states.js';
import type { Collection, CollectionCatalog } from '../../core/ports/collection-catalog.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { ApiError } from '../errors.js';
import { COLLECTION_NAME } from '../schemas/fields.js';

/** The collection of this name that the scope may see. Errors: `COLLECTION_NOT_FOUND`, also for one it may not see. */
export async function requireCollection(
  collections: CollectionCatalog,
  scope: AccessScope,
  name: string,
): Promise<Collection> {
  // A name from an upload is any text; only one that could be a name is asked for.
  const collection = COLLECTION_NAME.test(name) ? await collections.byName(scope, name) : null;
  if (!collection) throw new ApiError('COLLECTION_NOT_FOUND');
  return collection;
}

/** The scope, narrowed to the named collections; a name outside of it is an error, so nothing can be widened. */
export async function narrowScope(
  collections: CollectionCatalog,
  scope: AccessScope,
  names: readonly string[] | undefined,
): Promise<AccessScope> {
  if (!names) return scope;
  const found = await Promise.all([...new Set(names)].map((name) => requireCollection(collections, scope, name)));
  return { ...scope, collections: found.map((collection) => collection.collectionId) };
}

/** Errors: `ACCESS_RESTRICTED` for who sees a part of its organization only. */
export function requireWholeOrganization(scope: AccessScope): void {
  if (scope.collections !== 'all' || scope.safetyLevel !== SAFETY_LEVELS.at(-1)) {
    throw new ApiError('ACCESS_RESTRICTED');
  }
}
