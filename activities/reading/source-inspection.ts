import { Failure } from '../../core/contract/failures.js';
import { type VersionPlace, versionPartKey } from '../../core/contract/object-keys.js';
import type { FileInspection } from '../../core/ports/document-reader.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { readSealedArtefact, writePart } from '../artefacts.js';

const PART = 'inspection';

/** What the inspection of a file with pages says of the document as a whole; needed when its pages are put together. */
export type SourceInspection = Pick<FileInspection, 'metadata' | 'outline' | 'claimedLanguage' | 'properties'>;

/** Keeps the inspection, sealed, so that the file is inspected once. */
export async function writeInspection(
  objects: ObjectStore,
  version: VersionPlace,
  { metadata, outline, claimedLanguage, properties }: SourceInspection,
): Promise<void> {
  const kept: SourceInspection = {
    metadata,
    ...(outline ? { outline } : {}),
    ...(claimedLanguage === undefined ? {} : { claimedLanguage }),
    ...(properties ? { properties } : {}),
  };
  await writePart(objects, version, PART, kept);
}

/** `null`: the version was opened by a program that did not keep the inspection yet. */
export async function readInspection(objects: ObjectStore, version: VersionPlace): Promise<SourceInspection | null> {
  try {
    return await readSealedArtefact<SourceInspection>(objects, versionPartKey(version, PART));
  } catch (error) {
    if (error instanceof Failure && error.code === 'OBJECT_MISSING') return null;
    throw error;
  }
}
