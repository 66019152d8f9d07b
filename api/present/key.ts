import type { CollectionId } from '../../core/contract/ids.js';
import type { ApiKey } from '../../core/ports/key-catalog.js';
import type { KeyBody } from '../schemas/key.js';

/** A key as lists show it: never its hash. */
export function presentKey(key: ApiKey, collectionNames: ReadonlyMap<CollectionId, string>): KeyBody {
  const { keyId, name, scopes, collections, safetyLevel, plan, createdAt, expiresAt, lastUsedAt } = key;
  return {
    keyId,
    name,
    scopes: [...scopes],
    collections: collections === 'all' ? null : collections.flatMap((id) => collectionNames.get(id) ?? []),
    safetyLevel,
    plan,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
