import type { EmbedActivities } from '../../activities/embed-activities.js';
import type { IoActivities } from '../../activities/io-activities.js';
import type { OcrActivities } from '../../activities/ocr-activities.js';
import type { WebhookActivities } from '../../activities/webhook-activities.js';
import type { BatchRef } from '../../core/contract/ingest-messages.js';
import type { ComparisonSummary, MoveTerms } from '../../core/contract/move-messages.js';
import type { ReviewTerms } from '../../core/contract/review-messages.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';

export type AllActivities = IoActivities & OcrActivities & EmbedActivities & WebhookActivities;

export interface Call {
  readonly activity: keyof AllActivities;
  readonly input: unknown;
}

/**
 * Activities that do nothing and remember how they were called: for tests of what the workflow decides. A test replaces
 * the steps it is about.
 */
export function scriptedActivities(script: Partial<AllActivities> = {}): { activities: AllActivities; calls: Call[] } {
  const calls: Call[] = [];
  const version = { documentId: 'document-1', versionId: 'version-1' };
  const steps: AllActivities = {
    inspectSource: async () => ({
      shape: 'text',
      version,
      format: 'markdown',
      collectionName: 'guidelines',
      sourceType: 'guideline',
    }),
    readText: async () => batchRef('reading', version.versionId),
    readPages: async ({ from }) => ({ pages: objectRef(`pages-${from}`), toRecognise: [] }),
    recognisePages: async ({ pages }) => ({ pages: objectRef(`ocr-${pages.join('-')}`), failed: [] }),
    carryPages: async () => ({ pages: objectRef('carried'), toRecognise: [] }),
    assembleDocument: async () => batchRef('reading', version.versionId),
    readRecords: async ({ cursor }) => ({
      batch: batchRef(`records-${cursor.nextIndex}`, `version-${cursor.nextIndex}`),
      recordsRead: 1,
      next: null,
      failedRecords: cursor.failedRecords,
    }),
    screenBatch: async ({ versionIds }) => ({ clear: versionIds, held: 0 }),
    chunkBatch: async ({ versionIds }) => ({ versionIds, chunks: versionIds.length }),
    embedChunks: async () => ({ embedded: 1, more: false }),
    findUnfilled: async () => [],
    fillVectors: async ({ behind }) => ({ embedded: 0, behind, more: false }),
    findDueGoldenChecks: async () => [],
    checkGoldenQuestions: async ({ after }) => ({ after, more: false, lost: 0 }),
    settleGoldenCheck: async () => undefined,
    spreadEvents: async () => ({ listening: false }),
    tellDays: async () => undefined,
    sendWebhooks: async () => ({ nextInMs: null }),
    beginMove: async () => MOVE_TERMS,
    buildMove: async () => ({ state: 'complete', embedded: 1 }),
    compareMove: async () => ({ judgement: 'nothing_lost', summary: COMPARISON }),
    promoteMove: async () => ({ outcome: 'promoted' }),
    rollBackMove: async () => ({ outcome: 'promoted' }),
    settleMove: async () => undefined,
    startErasures: async () => ({ started: 0 }),
    eraseDocuments: async () => ({ erased: 0, more: false }),
    clearHeld: async () => undefined,
    rescreenBatch: async () => ({ after: null }),
    settleRescreen: async () => undefined,
    settleErasure: async () => undefined,
    listOrganizations: async () => ['default'],
    planWarming: async () => ({ due: 0, forgotten: 0 }),
    sweepOrphans: async () => ({ objects: 0, chunks: 0, vectors: 0, embeddings: 0 }),
    beginReview: async () => REVIEW_TERMS,
    decideReview: async ({ decision }) =>
      decision.verdict === 'reject' ? { outcome: 'rejected' } : { outcome: 'approved', goesOn: version },
    recordOpinion: async () => undefined,
    recordClaim: async () => undefined,
    noticeReview: async () => undefined,
    prepareReviewed: async () => ({
      batch: batchRef('reviewed', version.versionId),
      versionIds: [version.versionId],
      held: 0,
    }),
    settleReview: async ({ end }) => ({ state: end?.state ?? 'published' }),
    publishVersions: async () => undefined,
    failVersions: async () => undefined,
    settleRun: async ({ end }) => ({ state: end?.state ?? 'published' }),
    compareSources: async () => ({ listed: 0, batches: [], next: null }),
    readSources: async ({ sourceIds }) => ({ batch: batchRef(`batch-${sourceIds[0]}`, ...sourceIds), separate: [] }),
    readUploads: async ({ workflowId }) => ({
      batch: { ...batchRef(workflowId, 'a', 'b'), runIds: ['a', 'b'] },
      separate: [],
    }),
    publishUploads: async () => ({ separate: [], more: false }),
    listUploads: async () => [],
    prepareBatch: async ({ versionIds }) => ({ versionIds, held: 0 }),
    publishBatch: async () => ({ more: false }),
    separateRuns: async () => undefined,
    withdrawMissing: async () => ({ withdrawn: 0, more: false, asks: false }),
    settleSync: async ({ end, asks }) => ({ state: end?.state ?? (asks ? 'needs_attention' : 'published') }),
    settleUnread: async () => undefined,
    reconcileRuns: async () => ({ started: 0, closed: 0, next: null }),
    mergeSegments: async () => ({ steps: 0 }),
    maintainVectorIndexes: async () => ({ built: [] }),
    ...script,
  };
  const activities = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      (input: never) => {
        calls.push({ activity: name as keyof AllActivities, input });
        return (step as (input: never) => Promise<unknown>)(input);
      },
    ]),
  ) as unknown as AllActivities;
  return { activities, calls };
}

/** A review of a collection in which one person decides, and that nobody is reminded of for a while. */
export const REVIEW_TERMS: ReviewTerms = {
  standing: 'waiting',
  collectionName: 'guidelines',
  fourEyes: false,
  remindAfterMs: 24 * 60 * 60_000,
  overdueAfterMs: 72 * 60 * 60_000,
};

/** A move that waits for a person, and keeps the former index for a week. */
export const MOVE_TERMS: MoveTerms = {
  collectionId: 'collection-1',
  collectionName: 'guidelines',
  vectorIndexId: 'index-2',
  stage: 'build',
  policy: 'ask',
  keepMs: 7 * 24 * 60 * 60_000,
};

export const COMPARISON: ComparisonSummary = {
  questions: 1,
  judged: 0,
  overlap: 1,
  rankBiasedOverlap: 1,
  ndcg: null,
  lost: 0,
};

export function objectRef(name: string): ObjectRef {
  return { key: `work/default/run/${name}.json`, sha256: '0'.repeat(64), sizeBytes: 1 };
}

export function batchRef(name: string, ...versionIds: string[]): BatchRef {
  const collectionId = 'collection-1';
  return { organizationId: 'default', collectionId, runIds: ['run-1'], readings: objectRef(name), versionIds };
}

/** The activities called, in order. */
export function names(calls: readonly Call[]): string[] {
  return calls.map((call) => call.activity);
}

/** What one activity was called with, in order. */
export function inputs<Name extends keyof AllActivities>(
  calls: readonly Call[],
  name: Name,
): Parameters<AllActivities[Name]>[0][] {
  return calls.filter((call) => call.activity === name).map((call) => call.input as Parameters<AllActivities[Name]>[0]);
}

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => undefined as void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
