import { Failure } from '../core/contract/failures.js';
import type { BatchRef, RunRef } from '../core/contract/ingest-messages.js';
import type { SyncRef } from '../core/contract/sync-messages.js';
import type { Catalog } from '../core/ports/catalog.js';
import type { Collection } from '../core/ports/collection-catalog.js';
import type { Run } from '../core/ports/run-catalog.js';
import type { Sync } from '../core/ports/sync-catalog.js';

export interface RunContext {
  readonly run: Run;
  readonly collection: Collection;
}

/** The run and its collection as the catalog knows them now. `Failure COLLECTION_MISSING` when either is gone. */
export async function loadRunContext(catalog: Catalog, ref: RunRef): Promise<RunContext> {
  const run = await catalog.runs.load(ref.organizationId, ref.runId);
  const collection = run && (await catalog.collections.byId(ref.organizationId, run.collectionId));
  if (!run || !collection) throw new Failure('COLLECTION_MISSING', { detail: `run=${ref.runId}` });
  return { run, collection };
}

/** The collection of a batch as the catalog knows it now. `Failure COLLECTION_MISSING` when it is gone. */
export async function loadCollection(catalog: Catalog, batch: BatchRef): Promise<Collection> {
  const collection = await catalog.collections.byId(batch.organizationId, batch.collectionId);
  if (!collection) throw new Failure('COLLECTION_MISSING', { detail: `collection=${batch.collectionId}` });
  return collection;
}

export interface SyncContext {
  readonly sync: Sync;
  readonly collection: Collection;
}

/** The sync and its collection as the catalog knows them now. `Failure COLLECTION_MISSING` when either is gone. */
export async function loadSyncContext(catalog: Catalog, ref: SyncRef): Promise<SyncContext> {
  const sync = await catalog.syncs.load(ref);
  const collection = sync && (await catalog.collections.byId(ref.organizationId, sync.collectionId));
  if (!sync || !collection) throw new Failure('COLLECTION_MISSING', { detail: `run=${ref.runId}` });
  return { sync, collection };
}
