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
  const collection = await findCollection(collections, scope, name);
  if (!collection) throw new ApiError('COLLECTION_NOT_FOUND');
  return collection;
}

/**
 * The collections of these names, each once. Errors: `COLLECTION_NOT_FOUND`; of several it says which ones, by their places in
 * the list (a value of the request is repeated in no error).
 */
export async function requireCollections(
  collections: CollectionCatalog,
  scope: AccessScope,
  names: readonly string[],
): Promise<Collection[]> {
  const wanted = [...new Set(names)];
  const found = await Promise.all(wanted.map((name) => findCollection(collections, scope, name)));
  const missing = new Set(wanted.filter((_, at) => found[at] === null));
  if (missing.size === 0) return found.flatMap((one) => one ?? []);
  const places = names.flatMap((name, at) => (missing.has(name) ? [`collections[${at}]`] : []));
  throw new ApiError('COLLECTION_NOT_FOUND', {
    ...(names.length > 1 ? { explanation: `Not among them: ${places.join(', ')}.` } : {}),
    details: { fields: places.map((field) => ({ field, problem: 'is not the name of a collection' })) },
  });
}

/** The scope, narrowed to the named collections; a name outside of it is an error, so nothing can be widened. */
export async function narrowScope(
  collections: CollectionCatalog,
  scope: AccessScope,
  names: readonly string[] | undefined,
): Promise<AccessScope> {
  if (!names) return scope;
  const found = await requireCollections(collections, scope, names);
  return { ...scope, collections: found.map((collection) => collection.collectionId) };
}

async function findCollection(
  collections: CollectionCatalog,
  scope: AccessScope,
  name: string,
): Promise<Collection | null> {
  // A name from an upload is any text; only one that could be a name is asked for.
  return COLLECTION_NAME.test(name) ? collections.byName(scope, name) : null;
}

/** Errors: `ACCESS_RESTRICTED` for who sees a part of its organization only. */
export function requireWholeOrganization(scope: AccessScope): void {
  if (scope.collections !== 'all' || scope.safetyLevel !== SAFETY_LEVELS.at(-1)) {
    throw new ApiError('ACCESS_RESTRICTED');
  }
}
