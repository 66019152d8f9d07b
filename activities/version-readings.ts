import { Failure, FAILURES } from '../core/contract/failures.js';
import type { BatchList, ListedVersion, Reading, VersionReading } from '../core/contract/reading.js';
import type { BatchRef, RunRef } from '../core/contract/ingest-messages.js';
import type { OrganizationId, VersionId } from '../core/contract/ids.js';
import { type BatchKind, batchListKey, heldReadingKey } from '../core/contract/object-keys.js';
import type { ObjectRef } from '../core/contract/object-ref.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import { putJson, readArtefact, writePart } from './artefacts.js';
import { mapAtOnce } from './at-once.js';

/**
 * Objects under way at once. 500 readings of 3 kB in a folder, one after the other: 1.6 to 2.7 s; 4 at once .7 to 1.0 s;
 * 16 at once .7 s; 32 at once .6 s. The same number of requests to S3 waits far longer for each, which favours more.
 */
const OBJECTS_AT_ONCE = 16;

/**
 * Stores each reading as an object of its own and then the list of them. Answers the reference of the list: it is what
 * travels. Twice replaces the same objects. `batch` names the list and the run, or the sync, that it belongs to.
 */
export async function writeReadings(
  store: ObjectStore,
  batch: RunRef & { readonly kind: BatchKind; readonly name: string },
  readings: readonly VersionReading[],
): Promise<ObjectRef> {
  const { organizationId } = batch;
  const versions = await mapAtOnce(readings, OBJECTS_AT_ONCE, async (version): Promise<ListedVersion> => {
    const place = { organizationId, runId: version.runId, versionId: version.versionId };
    return { versionId: version.versionId, reading: await writePart(store, place, 'reading', version) };
  });
  const list: BatchList = { versions };
  return putJson(store, batchListKey(batch, batch.kind, batch.name), list);
}

/** A reading and the object that holds it. */
export interface StoredReading extends VersionReading {
  readonly ref: ObjectRef;
}

/** The readings of a batch's versions, in the order of its list, which may name more: of a batch that was halved. */
export async function readReadings(
  store: ObjectStore,
  { readings: list, versionIds }: Pick<BatchRef, 'readings' | 'versionIds'>,
): Promise<StoredReading[]> {
  const wanted = new Set(versionIds);
  const stored = await readArtefact<BatchList | FormerBatch>(store, list);
  if ('readings' in stored) {
    const readings = stored.readings.filter(({ versionId }) => wanted.has(versionId));
    return readings.map((version) => ({ ...version, ref: list }));
  }
  const versions = stored.versions.filter(({ versionId }) => wanted.has(versionId));
  return mapAtOnce(versions, OBJECTS_AT_ONCE, async ({ reading: ref }) => ({
    ...(await readArtefact<VersionReading>(store, ref)),
    ref,
  }));
}

/**
 * All readings of a batch in one object: how batches were stored before each version had an object of its own. An ingest
 * that was under way when the program was replaced still brings one.
 */
interface FormerBatch {
  readonly readings: readonly VersionReading[];
}

/** What is stored of a published version. `null`: nothing is, or it cannot be read any more. Errors: outages. */
export async function readLiveReading(
  store: ObjectStore,
  { versionId, reading: ref }: { readonly versionId: VersionId; readonly reading: ObjectRef | null },
): Promise<Reading | null> {
  if (ref === null) return null;
  try {
    const stored = await readArtefact<VersionReading | FormerBatch>(store, ref);
    if ('readings' in stored) return stored.readings.find((one) => one.versionId === versionId)?.reading ?? null;
    return stored.reading;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Failure && !FAILURES[error.code].retryable)) return null;
    throw error;
  }
}

/** Stores the readings of versions that are to be held, each sealed under `held/`. Twice replaces the same objects. */
export async function writeHeldReadings(
  store: ObjectStore,
  organizationId: OrganizationId,
  versions: readonly VersionReading[],
): Promise<ListedVersion[]> {
  return mapAtOnce(versions, OBJECTS_AT_ONCE, async ({ runId, versionId, documentId, reading, uploaded }) => {
    const held: VersionReading = { runId, versionId, documentId, reading, ...(uploaded ? { uploaded } : {}) };
    return { versionId, reading: await putJson(store, heldReadingKey({ organizationId, runId, versionId }), held) };
  });
}
