import { sourceFileName } from '../../core/contract/source-location.js';
import { syncedOriginalKey } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import { Failure } from '../../core/contract/failures.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { SourceStore } from '../../core/ports/source-store.js';
import type { ChangedSource, Sync } from '../../core/ports/sync-catalog.js';
import { sourceDocumentId } from '../../core/reading/source-document.js';

export interface TakeSourceInput {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly sources: SourceStore;
  readonly sync: Sync;
  readonly source: ChangedSource;
  /** Of the batch in which the source travels. */
  readonly workflowId: string;
  readonly maxBytes: number;
}

/**
 * Copies a source as it was listed into the object store, so that what was read can be shown for ever, and puts a run on
 * record for it. `null` for a source that cannot be had, which is then on record with the sync. Twice is once: a source
 * that has its run in this sync is not fetched again. (Its original may have been withdrawn meanwhile, and would lie in the
 * clear again.)
 * Errors: `Failure WORKFLOW_ENDED` when the sync is over; `SOURCE_UNREACHABLE` and those of catalog and store, which are
 * worth another try.
 */
export async function takeSource(input: TakeSourceInput): Promise<Run | null> {
  const { catalog, sync, source, workflowId } = input;
  const known = await catalog.syncs.runOf(sync, source.sourceId);
  if (known !== null) return catalog.runs.load(sync.organizationId, known);
  const object = await fetchSource(input);
  if (object === null) return null;
  const { run } = await catalog.runs.accept({
    organizationId: sync.organizationId,
    collectionId: sync.collectionId,
    sourceKey: `uri:${source.uri}`,
    fileName: sourceFileName(source.uri),
    object,
    metadata: { externalId: sourceDocumentId(source.uri), custom: {} },
    actor: sync.actor,
    sync: { runId: sync.runId, workflowId, fingerprint: source.fingerprint },
  });
  return run;
}

async function fetchSource({
  catalog,
  objects,
  sources,
  sync,
  source,
  maxBytes,
}: TakeSourceInput): Promise<ObjectRef | null> {
  const key = syncedOriginalKey(sync, source.sourceId);
  try {
    if (source.sizeBytes > maxBytes) throw new Failure('FILE_TOO_LARGE');
    if (source.sizeBytes === 0) throw new Failure('EMPTY_FILE');
    return await objects.put(key, await sources.openRead(source), { maxBytes });
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    await catalog.syncs.recordUnfetchable(sync, source.sourceId, error.code);
    return null;
  }
}
