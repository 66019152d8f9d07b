import type { BatchRef, VersionRef } from '../../core/contract/ingest-messages.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';
import { languageOf } from '../../core/reading/facts/language.js';
import { titleOf } from '../../core/reading/facts/title.js';
import { titleOfFile } from '../../core/reading/facts/title-of-file.js';
import { UNDETERMINED_LANGUAGE, type Reading } from '../../core/contract/reading.js';
import { computeOn } from '../computing.js';
import { writeReadings } from '../version-readings.js';

/** A source of one document becomes a batch of one reading. */
export async function writeDocumentBatch(input: {
  objects: ObjectStore;
  run: Run;
  collection: Collection;
  version: VersionRef;
  reading: Reading;
  /** What the file claims of its language, where its reading does not say that. */
  claimedLanguage?: string | undefined;
}): Promise<BatchRef> {
  const { objects, run, version } = input;
  const { organizationId, runId } = run;
  const reading = { runId, ...version, reading: await computeOn(version.versionId, () => uploadedReading(input)) };
  return {
    organizationId,
    collectionId: run.collectionId,
    runIds: [runId],
    readings: await writeReadings(objects, { organizationId, runId, kind: 'document', name: version.versionId }, [
      reading,
    ]),
    versionIds: [version.versionId],
  };
}

/**
 * A reading as it goes on: what the upload says of the document goes before what the file says of itself, and its language
 * is what its text shows (`core/reading/facts/language.ts`), unless the upload's `language` says it.
 */
export function uploadedReading(input: {
  reading: Reading;
  run: Run;
  collection: Collection;
  claimedLanguage?: string | undefined;
}): Reading {
  const { reading, run, collection } = input;
  const { title, effectiveFrom, supersedes, custom } = run.metadata;
  const { issuer, edition, language } = custom;
  // Whoever looks for a document looks for a name; a file of records names each of its own.
  const shown = title ?? titleOf(reading) ?? titleOfFile(run.fileName);
  const claimed = input.claimedLanguage ?? reading.language;
  return {
    ...reading,
    language: languageOf(reading, {
      usual: collection.language,
      claimed,
      ...(typeof language === 'string' ? { given: language } : {}),
    }),
    metadata: {
      ...reading.metadata,
      ...(shown === undefined ? {} : { title: shown }),
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      ...(supersedes === undefined ? {} : { supersedes }),
      ...(typeof issuer === 'string' ? { issuer } : {}),
      ...(typeof edition === 'string' ? { edition } : {}),
    },
  };
}

/** A record in the language of its text; that of its paper is kept beside it where it is another. */
export function recordReading(reading: Reading, collection: Collection): Reading {
  const language = languageOf(reading, { usual: collection.language, claimed: reading.language });
  const isTranslated = reading.language !== UNDETERMINED_LANGUAGE && reading.language !== language;
  return {
    ...reading,
    language,
    metadata: isTranslated ? { ...reading.metadata, paperLanguage: reading.language } : reading.metadata,
  };
}
