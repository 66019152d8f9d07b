import { Failure } from '../../core/contract/failures.js';
import type { CollectionId } from '../../core/contract/ids.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import { type MoveDetails, moveDetails } from '../../core/moving/move-details.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Act } from '../../core/ports/run-catalog.js';
import type { Generation } from '../../core/ports/vector-index-catalog.js';

/** A move as the catalog knows it now. */
export interface MoveRun {
  readonly act: Act;
  readonly collectionId: CollectionId;
  readonly details: MoveDetails;
  /** Of its collection, the newest first. */
  readonly generations: readonly Generation[];
  /** The new vector index; `null` before it is begun, and once it is dropped. */
  readonly target: Generation | null;
}

/** Errors: `Failure COLLECTION_MISSING`. */
export async function loadMove(catalog: Catalog, { organizationId, runId }: RunRef): Promise<MoveRun> {
  const act = await catalog.runs.loadAct(organizationId, runId);
  if (!act?.collectionId) throw new Failure('COLLECTION_MISSING', { detail: `run=${runId}` });
  const details = moveDetails(act);
  const generations = await catalog.vectorIndexes.ofCollection(organizationId, act.collectionId);
  const target = generations.find(({ spec }) => spec.vectorIndexId === details.vectorIndexId) ?? null;
  return { act, collectionId: act.collectionId, details, generations, target };
}
