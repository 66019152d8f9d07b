import type { BatchRef, VersionRef } from '../core/contract/ingest-messages.js';
import type { Collection } from '../core/ports/collection-catalog.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import type { Run } from '../core/ports/run-catalog.js';
import type { Reading, ReadingBatch } from '../core/reading/reading.js';
import { writeArtefact } from './artefacts.js';

/** A source of one document becomes a batch of one reading. */
export async function writeDocumentBatch(input: {
  objects: ObjectStore;
  run: Run;
  collection: Collection;
  version: VersionRef;
  reading: Reading;
}): Promise<BatchRef> {
  const { run, collection, version } = input;
  const reading = uploadedReading(input.reading, run, collection);
  const batch: ReadingBatch = { readings: [{ runId: run.runId, ...version, reading }] };
  return {
    organizationId: run.organizationId,
    collectionId: run.collectionId,
    runIds: [run.runId],
    readings: await writeArtefact(input.objects, run, 'reading', batch),
    versionIds: [version.versionId],
  };
}

/**
 * A reading as it goes on: what the upload says of the document goes before what the file says of itself; the language is
 * the collection's.
 */
export function uploadedReading(reading: Reading, run: Run, collection: Collection): Reading {
  const { title, effectiveFrom, supersedes, custom } = run.metadata;
  const { issuer, edition } = custom;
  return {
    ...reading,
    language: collection.language,
    metadata: {
      ...reading.metadata,
      ...(title === undefined ? {} : { title }),
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      ...(supersedes === undefined ? {} : { supersedes }),
      ...(typeof issuer === 'string' ? { issuer } : {}),
      ...(typeof edition === 'string' ? { edition } : {}),
    },
  };
}
