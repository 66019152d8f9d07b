import type { ObjectRef } from '../contract/object-ref.js';

/** Local copies of originals for readers that need a file. Bounded in size; each copy is verified against its reference. */
export interface LocalFiles {
  /**
   * Gives the path of a verified local copy, which stays while `use` runs. Concurrent users share one download.
   * Errors: as `ObjectStore.openRead`, and `Failure OBJECT_CORRUPT` when the bytes are not those of the reference.
   */
  withLocalCopy<Result>(ref: ObjectRef, use: (path: string) => Promise<Result>): Promise<Result>;
  /** Removes the copy of a file that must not lie in the clear any longer. */
  evict(ref: ObjectRef): Promise<void>;
}
