import { Failure } from '../../core/contract/failures.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { PageReading } from '../../core/contract/reading.js';
import { artefactKey, readArtefact, writeArtefact } from '../artefacts.js';

const NAME = 'page-manifest';

/** Writes down from which artefacts the pages of a run's document were put together; a later one wins for a page. */
export async function writePageManifest(
  objects: ObjectStore,
  run: RunRef,
  artefacts: readonly ObjectRef[],
): Promise<void> {
  await writeArtefact(objects, run, NAME, artefacts);
}

/**
 * Every page as a run read it, by its number. The manifest itself is read by its key: it is sealed, so nobody else wrote
 * it. Errors: `PAGES_GONE` when it, or one of its artefacts, is no longer there; those of the store.
 */
export async function readManifestPages(objects: ObjectStore, run: RunRef): Promise<Map<number, PageReading>> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await objects.openRead(artefactKey(run, NAME))) chunks.push(chunk as Buffer);
    const artefacts = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ObjectRef[];
    const pages = new Map<number, PageReading>();
    for (const ref of artefacts) {
      for (const page of await readArtefact<PageReading[]>(objects, ref)) pages.set(page.page, page);
    }
    return pages;
  } catch (error) {
    if (error instanceof Failure && error.code === 'OBJECT_MISSING') throw new Failure('PAGES_GONE', { cause: error });
    throw error;
  }
}
