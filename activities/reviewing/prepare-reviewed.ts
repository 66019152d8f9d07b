import { Failure } from '../../core/contract/failures.js';
import { storedDecisionOf, type StoredDecision } from '../../core/contract/stored-decision.js';
import { heldDecisionKey } from '../../core/contract/object-keys.js';
import type { BatchStep, RunRef } from '../../core/contract/ingest-messages.js';
import type { VersionReading } from '../../core/contract/reading.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import { redactReading, type SpanToRedact } from '../../core/screening/redact-reading.js';
import { readArtefact, readSealedArtefact } from '../artefacts.js';
import { computeOn } from '../computing.js';
import type { ReviewingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createChunkReadings } from '../indexing/chunk-batch.js';
import { restoreOriginal } from '../screening/restore-original.js';
import { createScreenReadings, redactUpload } from '../screening/screen-batch.js';
import { readReadings, writeReadings } from '../version-readings.js';

export interface PrepareReviewedResult extends BatchStep {
  /** The redacted reading was suspected again: it is held, and waits for a review of its own. */
  readonly held: number;
}

/**
 * Takes what a review let pass on from the stored reading; nothing is read again. An approved version is cut as it is; of a
 * redacted one the placeholders are set, and it is screened once more before anything of it is stored in the clear. May run
 * twice: it is a function of the held reading and the decision, and replaces its own objects.
 */
export function createPrepareReviewed(deps: ReviewingDependencies) {
  const { catalog, objects } = deps;
  const screenReadings = createScreenReadings(deps);
  const chunkReadings = createChunkReadings(deps);

  return async function prepareReviewed({ organizationId, runId }: RunRef): Promise<PrepareReviewedResult> {
    const review = await catalog.reviews.load(organizationId, runId);
    if (!review?.reading) throw new Failure('OBJECT_MISSING', { detail: `review=${runId}` });
    const collection = await catalog.collections.byId(organizationId, review.collectionId);
    if (!collection) throw new Failure('COLLECTION_MISSING', { detail: `review=${runId}` });
    const held = await readArtefact<VersionReading>(objects, review.reading);
    return cancellable(() =>
      review.state === 'redacted' ? redacted(review, collection, held) : approved(review, collection, held),
    );
  };

  async function approved(review: ReviewDetail, collection: Collection, { reading, uploaded }: VersionReading) {
    const { versionId, documentId, readingRunId: runId } = review;
    const batch = await storeBatch(review, { runId, versionId, documentId, reading });
    const readings = await readReadings(objects, batch);
    await catalog.versions.describe(
      readings.map(({ ref }) => ({
        versionId,
        metadata: reading.metadata,
        language: reading.language,
        readingRef: ref,
        ...(reading.account ? { wordCounts: wordCounts(reading.account) } : {}),
        ...(uploaded ? { uploaded } : {}),
      })),
    );
    const { versionIds } = await chunkReadings(batch, collection, readings);
    const run = await catalog.runs.load(review.organizationId, runId);
    if (run) await restoreOriginal({ catalog, objects, run });
    return { batch, versionIds, held: 0 };
  }

  async function redacted(review: ReviewDetail, collection: Collection, held: VersionReading) {
    const { successorId: versionId, documentId, runId, organizationId } = review;
    if (versionId === null) throw new Failure('INTERNAL', { detail: `review=${runId} without a successor` });
    const place = { organizationId, runId: review.readingRunId, versionId: review.versionId };
    const decision = storedDecisionOf(await readSealedArtefact<StoredDecision>(objects, heldDecisionKey(place)), runId);
    if (!decision) throw new Failure('INTERNAL', { detail: `review=${runId} without its decision` });
    const spans = spansOf(review, decision.findings, decision.added);
    const { reading, redactText } = await computeOn(versionId, () => redactReading(held.reading, spans));
    const run = await catalog.runs.load(organizationId, review.readingRunId);
    const given = held.uploaded ?? run?.metadata;
    const uploaded = given && redactUpload(given, redactText);
    const batch = await storeBatch(review, { runId, versionId, documentId, reading });
    const readings = await readReadings(objects, batch);
    const screened = await screenReadings(batch, { ...collection, phiPolicy: 'block' }, readings, { uploaded });
    if (screened.clear.length === 0) return { batch, versionIds: [], held: screened.held };
    const { versionIds } = await chunkReadings(batch, collection, screened.clear);
    return { batch, versionIds, held: screened.held };
  }

  /** The ledger says again how its pages were read: that the version is held stood there instead. */
  async function storeBatch(review: ReviewDetail, version: VersionReading) {
    const { organizationId, collectionId, runId } = review;
    const { versionId } = version;
    await catalog.versions.recordPages(versionId, version.reading.pages);
    const place = { organizationId, runId: version.runId, kind: 'document' as const, name: versionId };
    const readings = await writeReadings(objects, place, [version]);
    return { organizationId, collectionId, runIds: [runId], readings, versionIds: [versionId] };
  }
}

function spansOf(
  { recorded }: ReviewDetail,
  chosen: readonly number[] | undefined,
  added: readonly SpanToRedact[] = [],
): SpanToRedact[] {
  // What was found beside the text has no place in it.
  const inText = recorded.filter(({ field }) => field === null);
  const found = inText.filter(({ ordinal, dismissed }) => (chosen ? chosen.includes(ordinal) : !dismissed));
  return [...found.map(({ category, start, end }) => ({ category, start, end })), ...added];
}
