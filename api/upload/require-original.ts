import { isHeldKey } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { ApiError } from '../errors.js';

/** What is shown or read again must be there, in the clear. Errors: `ORIGINAL_HELD`, `ORIGINAL_GONE`; `STORE_UNAVAILABLE`. */
export async function requireOriginal(objects: ObjectStore, object: ObjectRef): Promise<void> {
  if (isHeldKey(object.key)) throw new ApiError('ORIGINAL_HELD');
  await requireStored(objects, object);
}

/**
 * What is tried again must be there. The original of a file with held records lies sealed, and is read from there: nobody is
 * shown it. Errors: `ORIGINAL_GONE`; `STORE_UNAVAILABLE`.
 */
export async function requireStored(objects: ObjectStore, { key }: ObjectRef): Promise<void> {
  if ((await objects.stat(key)) === null) throw new ApiError('ORIGINAL_GONE');
}
