import type { BatchRef, VersionRef } from '../core/contract/ingest-messages.js';
import type { Collection } from '../core/ports/collection-catalog.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import type { Run } from '../core/ports/run-catalog.js';
import type { Reading, ReadingBatch } from '../core/reading/reading.js';
import { writeArtefact } from './artefacts.js';

/**
 * A source of one document becomes a batch of one reading. What the upload says of the document goes before what the
 * file says of itself; the language is the collection's.
 */
export async function writeDocumentBatch(input: {
  objects: ObjectStore;
  run: Run;
  collection: Collection;
  version: VersionRef;
  reading: Reading;
}): Promise<BatchRef> {
  const { run, version } = input;
  const title = run.metadata.title ?? input.reading.metadata.title;
  const reading: Reading = {
    ...input.reading,
    language: input.collection.language,
    metadata: { ...input.reading.metadata, ...(title === undefined ? {} : { title }) },
  };
  const batch: ReadingBatch = { readings: [{ runId: run.runId, ...version, reading }] };
  return {
    organizationId: run.organizationId,
    collectionId: run.collectionId,
    runIds: [run.runId],
    readings: await writeArtefact(input.objects, run, 'reading', batch),
    versionIds: [version.versionId],
  };
}
