import { Failure } from '../../core/contract/failures.js';
import { formerPageManifestKey, type VersionPlace, versionPartKey } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { PageReading } from '../../core/contract/reading.js';
import { readArtefact, readSealedArtefact, writePart } from '../artefacts.js';

const PART = 'page-manifest';

/** Writes down from which artefacts the pages of a version were put together; a later one wins for a page. */
export async function writePageManifest(
  objects: ObjectStore,
  version: VersionPlace,
  artefacts: readonly ObjectRef[],
): Promise<void> {
  await writePart(objects, version, PART, artefacts);
}

/**
 * Every page of a version as it was read, by its number.
 * Errors: `PAGES_GONE` when the manifest, or one of its artefacts, is no longer there; those of the store.
 */
export async function readManifestPages(
  objects: ObjectStore,
  version: VersionPlace,
): Promise<Map<number, PageReading>> {
  try {
    const pages = new Map<number, PageReading>();
    for (const ref of await readManifest(objects, version)) {
      for (const page of await readArtefact<PageReading[]>(objects, ref)) pages.set(page.page, page);
    }
    return pages;
  } catch (error) {
    if (isMissing(error)) throw new Failure('PAGES_GONE', { cause: error });
    throw error;
  }
}

async function readManifest(objects: ObjectStore, version: VersionPlace): Promise<ObjectRef[]> {
  try {
    return await readSealedArtefact<ObjectRef[]>(objects, versionPartKey(version, PART));
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Before versions had a folder of their own, the manifest of a run's only document lay in the run's.
    return readSealedArtefact<ObjectRef[]>(objects, formerPageManifestKey(version));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.code === 'OBJECT_MISSING';
}
