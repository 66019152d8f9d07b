import type { Catalog } from '../../core/ports/catalog.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { OpenedVersion } from '../../core/ports/version-catalog.js';
import { documentFingerprint } from './document-fingerprint.js';
import { openVersionsOfRun } from './open-versions.js';

export interface OpenDocumentInput {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly localFiles: LocalFiles;
  readonly run: Run;
  readonly collection: Collection;
  /** 0 where the source has no pages. */
  readonly pageCount: number;
}

/** Opens the version of a source that is one document. Twice gives the same version. */
export async function openDocument(input: OpenDocumentInput): Promise<OpenedVersion> {
  const { catalog, run, collection, pageCount } = input;
  const externalId = run.metadata.externalId ?? run.fileName;
  const fingerprint = documentFingerprint({ externalId, recordSha256: run.object.sha256, run, collection });
  const [opened] = await openVersionsOfRun({
    ...input,
    items: [{ externalId, fingerprint, recordIndex: 0, pageCount }],
  });
  if (!opened) throw new Error('versions.open answered no version for one item');
  await catalog.runs.recordProgress([run.runId], { stage: 'extract', pages: { total: pageCount } });
  return opened;
}
