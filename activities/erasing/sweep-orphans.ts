import { Failure } from '../../core/contract/failures.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import { cachedAnswersPrefix, ingestPrefixes, lastDayOfCachedAnswer } from '../../core/contract/object-keys.js';
import type { OrphanCounts, SweepOrphansInput } from '../../core/contract/orphan-messages.js';
import type { StaleVectors } from '../../core/ports/vector-index.js';
import type { ErasureDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { eraseLooseChunks } from './erase-loose-chunks.js';

/**
 * What is younger is left alone: between a put and the transaction that tells of it lie seconds, with an outage in between
 * hours, and S3 dates an object that came in parts by the start of its upload, which has a day to end.
 */
const MIN_AGE_MS = 3 * 24 * 3_600_000;
/** Keys a statement looks up, and objects a request removes; S3 takes at most 1,000. */
const OBJECTS_PER_STEP = 500;
const EMBEDDINGS_PER_STEP = 500;

/** All organizations. May run twice: it only reads. */
export function createListOrganizations({ catalog }: Pick<ErasureDependencies, 'catalog'>) {
  return function listOrganizations(): Promise<OrganizationId[]> {
    return catalog.orphans.organizations();
  };
}

/**
 * Removes what nobody needs of one organization: objects that no run and no version tells of, chunks without a version,
 * vectors without a chunk, cached embeddings without a text. May run twice, and be killed anywhere: what is left is found
 * again. The entry in the audit log may then tell of the rest only.
 */
export function createSweepOrphans(deps: ErasureDependencies) {
  return function sweepOrphans({ organizationId }: SweepOrphansInput): Promise<OrphanCounts> {
    return cancellable(async (signal) => {
      await sweepCachedAnswers(deps, organizationId, signal);
      return sweep(deps, { organizationId, minAgeMs: MIN_AGE_MS }, signal);
    });
  };
}

export async function sweep(
  deps: ErasureDependencies,
  { organizationId, minAgeMs }: { organizationId: OrganizationId; minAgeMs: number },
  signal: AbortSignal,
): Promise<OrphanCounts> {
  const { catalog } = deps;
  const before = new Date(Date.now() - minAgeMs);
  const counts: OrphanCounts = {
    objects: await sweepObjects(deps, organizationId, before, signal),
    chunks: await sweepChunks(deps, organizationId, before, signal),
    vectors: await sweepVectors(deps, organizationId, signal),
    embeddings: await sweepEmbeddings(deps, organizationId, before, signal),
  };
  if (Object.values(counts).some((count) => count > 0)) {
    await catalog.audit.append({
      organizationId,
      actor: 'system',
      action: 'orphans.removed',
      subject: organizationId,
      details: { ...counts },
    });
  }
  return counts;
}

/** Removes cached answers whose last day is over. They are no orphans: nothing tells of them, and nothing is audited. */
export async function sweepCachedAnswers(
  { objects }: Pick<ErasureDependencies, 'objects'>,
  organizationId: OrganizationId,
  signal: AbortSignal,
): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  let ended: string[] = [];
  let removed = 0;
  const remove = async () => {
    signal.throwIfAborted();
    if (ended.length > 0) await objects.delete(ended);
    removed += ended.length;
    ended = [];
  };
  for await (const { key } of objects.list(cachedAnswersPrefix(organizationId))) {
    const lastDay = lastDayOfCachedAnswer(key);
    // Keys come in order, and so do their days.
    if (lastDay === null) continue;
    if (lastDay >= today) break;
    ended.push(key);
    if (ended.length >= OBJECTS_PER_STEP) await remove();
  }
  await remove();
  return removed;
}

async function sweepObjects(
  { catalog, objects }: ErasureDependencies,
  organizationId: OrganizationId,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  const remove = async (keys: readonly string[]) => {
    signal.throwIfAborted();
    const unneeded = await catalog.orphans.unneededObjects(organizationId, keys);
    if (unneeded.length > 0) await objects.delete(unneeded);
    removed += unneeded.length;
  };
  for (const prefix of ingestPrefixes(organizationId)) {
    let old: string[] = [];
    for await (const { key, modifiedAt } of objects.list(prefix)) {
      if (modifiedAt >= before) continue;
      old.push(key);
      if (old.length < OBJECTS_PER_STEP) continue;
      await remove(old);
      old = [];
    }
    await remove(old);
  }
  return removed;
}

async function sweepChunks(
  deps: ErasureDependencies,
  organizationId: OrganizationId,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  for (let removed = 0; ;) {
    const batch = await deps.catalog.orphans.detachedChunks(organizationId, before);
    if (batch === null) return removed;
    const erased = await eraseLooseChunks(deps, batch, signal);
    // Versions took them in the meantime.
    if (erased === 0) return removed;
    removed += erased;
  }
}

async function sweepVectors(
  { catalog, vectorIndex }: ErasureDependencies,
  organizationId: OrganizationId,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  const everything = { organizationId, collections: 'all', safetyLevel: 'clinical_staff_only' } as const;
  for (const spec of await catalog.vectorIndexes.list(everything)) {
    for (let after: string | null = null; ;) {
      signal.throwIfAborted();
      const step: StaleVectors = await vectorIndex
        .removeStale(spec, after, (chunkIds) => catalog.orphans.storedChunks(organizationId, chunkIds))
        .catch(elsewhere);
      removed += step.removed;
      if (step.next === null) break;
      after = step.next;
    }
  }
  return removed;
}

/** A store that cannot be reached, or is no longer set up, keeps the rest from no sweep: it has its turn the next day. */
function elsewhere(error: unknown): StaleVectors {
  if (error instanceof Failure && error.code === 'VECTOR_STORE_UNAVAILABLE') return { removed: 0, next: null };
  throw error;
}

async function sweepEmbeddings(
  { catalog }: ErasureDependencies,
  organizationId: OrganizationId,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  for (let removed = 0; ;) {
    signal.throwIfAborted();
    const erased = await catalog.orphans.eraseEmbeddings(organizationId, before, EMBEDDINGS_PER_STEP);
    removed += erased;
    if (erased === 0) return removed;
  }
}
