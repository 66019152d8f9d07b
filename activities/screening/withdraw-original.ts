import { originalPlaces } from '../../core/contract/object-keys.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';

/**
 * Moves the original of a held source from `sources/` to the same name under `held/`, where it lies sealed, and removes
 * the local copy. Copy, then point there, then delete: whenever this stops, the catalog points at an object that exists,
 * and doing it again ends in the same place.
 */
export async function withdrawOriginal(input: {
  catalog: Catalog;
  objects: ObjectStore;
  localFiles: LocalFiles;
  run: Run;
}): Promise<void> {
  const { catalog, objects, localFiles, run } = input;
  const { open, held } = originalPlaces(run.object.key);
  if (run.object.key === open) {
    await objects.copy(open, held);
    await catalog.runs.relocateObject(run.runId, held);
  }
  await objects.delete([open]);
  await localFiles.evict(run.object);
}
