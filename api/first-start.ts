import { createHash } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../core/contract/ids.js';
import { KEY_SCOPES, SAFETY_LEVELS } from '../core/contract/states.js';
import type { Catalog } from '../core/ports/catalog.js';
import { DEFAULT_COLLECTIONS } from './default-collections.js';

/** 32 random bytes are 43 characters of base64url; a shorter "key" was typed by a person. */
const MIN_KEY_LENGTH = 32;

/**
 * Makes a fresh database usable: the admin key of the organization `default`, known by its hash, and the five
 * collections of DESIGN §7. Doing it again changes nothing; a collection that people changed stays as they left it.
 * Errors: a plain `Error` when the key is too short to be random; the catalog's failures.
 */
export async function prepareFirstStart(
  catalog: Pick<Catalog, 'keys' | 'collections'>,
  adminKey: string | null,
): Promise<void> {
  if (adminKey !== null) await storeAdminKey(catalog, adminKey);
  for (const [name, settings] of Object.entries(DEFAULT_COLLECTIONS)) {
    await catalog.collections.create(DEFAULT_ORGANIZATION, name, settings, 'system');
  }
}

async function storeAdminKey({ keys }: Pick<Catalog, 'keys'>, adminKey: string): Promise<void> {
  if (adminKey.length < MIN_KEY_LENGTH) {
    throw new Error(
      `the admin key has fewer than ${MIN_KEY_LENGTH} characters; delete its file and start again to get a random one`,
    );
  }
  const hash = hashOf(adminKey);
  await keys.store(
    {
      keyId: uuidOf(hash),
      organizationId: DEFAULT_ORGANIZATION,
      name: 'admin',
      scopes: KEY_SCOPES,
      collections: 'all',
      safetyLevel: SAFETY_LEVELS[SAFETY_LEVELS.length - 1] ?? 'clinical_staff_only',
      plan: 'enterprise',
      expiresAt: null,
    },
    hash,
    'system',
  );
}

/** The id that the admin key is stored under. */
export function adminKeyId(adminKey: string): string {
  return uuidOf(hashOf(adminKey));
}

function hashOf(adminKey: string): Uint8Array {
  return createHash('sha256').update(adminKey).digest();
}

/** The same key always has the same id: a hash of the hash, so that the id tells nothing of what is stored. */
function uuidOf(hash: Uint8Array): string {
  const hex = createHash('sha256').update('medindex admin key id').update(hash).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
