import { isHeldKey } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { ApiError } from '../errors.js';

/** What is to be read again must be there, in the clear. Errors: `ORIGINAL_HELD`, `ORIGINAL_GONE`; `STORE_UNAVAILABLE`. */
export async function requireOriginal(objects: ObjectStore, { key }: ObjectRef): Promise<void> {
  if (isHeldKey(key)) throw new ApiError('ORIGINAL_HELD');
  if ((await objects.stat(key)) === null) throw new ApiError('ORIGINAL_GONE');
}
