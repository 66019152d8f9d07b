import { originalPlaces } from '../../core/contract/object-keys.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';

/**
 * Moves the original of an approved source from `held/` back to `sources/`, unless another version that was read from it is
 * still held back. Copy, then point there, then delete: whenever this stops, the catalog points at an object that exists, and
 * doing it again ends in the same place.
 */
export async function restoreOriginal(input: { catalog: Catalog; objects: ObjectStore; run: Run }): Promise<void> {
  const { catalog, objects, run } = input;
  const { open, held } = originalPlaces(run.object.key);
  if (run.object.key === held) {
    if (!(await catalog.reviews.originalIsClear(run.organizationId, held))) return;
    await objects.copy(held, open);
    await catalog.runs.relocateObject(run.runId, open);
  }
  await objects.delete([held]);
}
