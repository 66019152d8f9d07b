import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { ApiError } from '../errors.js';

/**
 * What is to be read again must be there; the original of a source with held records lies sealed, and is read from there.
 * Errors: `ORIGINAL_GONE`; `STORE_UNAVAILABLE`.
 */
export async function requireOriginal(objects: ObjectStore, { key }: ObjectRef): Promise<void> {
  if ((await objects.stat(key)) === null) throw new ApiError('ORIGINAL_GONE');
}
