import { createAssembleDocument } from './reading/assemble-document.js';
import { createCarryPages } from './reading/carry-pages.js';
import { createChunkBatch } from './indexing/chunk-batch.js';
import { createCompareSources } from './syncing/compare-sources.js';
import type {
  ChunkingDependencies,
  ErasureDependencies,
  MaintenanceDependencies,
  PublishingDependencies,
  ReadingDependencies,
  ReconcilingDependencies,
  ScreeningDependencies,
  SyncDependencies,
  WarmingDependencies,
} from './dependencies.js';
import { createEraseDocuments, createSettleErasure } from './erasing/erase-documents.js';
import { createStartErasures } from './erasing/start-erasures.js';
import { createListOrganizations, createSweepOrphans } from './erasing/sweep-orphans.js';
import { withFailureBoundary } from './failure-boundary.js';
import { createFailVersions } from './settling/fail-versions.js';
import { createInspectSource } from './reading/inspect-source.js';
import { createPromoteMove, createRollBackMove } from './moving/decide-move.js';
import { createSettleMove } from './moving/settle-move.js';
import { createMaintainVectorIndexes } from './indexing/maintain-vector-indexes.js';
import { createMergeSegments } from './indexing/merge-segments.js';
import { createPrepareBatch } from './indexing/prepare-batch.js';
import { createPublishBatch } from './indexing/publish-batch.js';
import { createPublishUploads } from './indexing/publish-uploads.js';
import { createPublishVersions } from './indexing/publish-versions.js';
import { createReadPages } from './reading/read-pages.js';
import { createReadRecords } from './reading/read-records.js';
import { createReadSources } from './reading/read-sources.js';
import { createReadUploads } from './reading/read-uploads.js';
import { createReadText } from './reading/read-text.js';
import { createListUploads } from './settling/list-uploads.js';
import { createReconcileRuns } from './settling/reconcile-runs.js';
import { createBeginReview, createNoticeReview } from './reviewing/begin-review.js';
import { createDecideReview, createRecordClaim, createRecordOpinion } from './reviewing/decide-review.js';
import { createPrepareReviewed } from './reviewing/prepare-reviewed.js';
import { createSettleReview } from './reviewing/settle-review.js';
import { createRescreenBatch } from './rescreening/rescreen-batch.js';
import { createSettleRescreen } from './rescreening/settle-rescreen.js';
import { createClearHeld } from './reviewing/clear-held.js';
import { createScreenBatch } from './screening/screen-batch.js';
import { createSeparateRuns } from './syncing/separate-runs.js';
import { createSettleRun } from './settling/settle-run.js';
import { createSettleSync } from './syncing/settle-sync.js';
import { createSettleUnread } from './settling/settle-unread.js';
import { createPlanWarming } from './warming/plan-warming.js';
import { createWithdrawMissing } from './syncing/withdraw-missing.js';

/** Task queue `medindex-io`: network, parsing (in child processes) and the catalog. */
export function createIoActivities(
  deps: ReadingDependencies &
    ScreeningDependencies &
    ChunkingDependencies &
    ReconcilingDependencies &
    MaintenanceDependencies &
    ErasureDependencies &
    PublishingDependencies &
    SyncDependencies &
    WarmingDependencies,
) {
  return {
    inspectSource: withFailureBoundary(createInspectSource(deps)),
    readText: withFailureBoundary(createReadText(deps)),
    readPages: withFailureBoundary(createReadPages(deps)),
    carryPages: withFailureBoundary(createCarryPages(deps)),
    assembleDocument: withFailureBoundary(createAssembleDocument(deps)),
    readRecords: withFailureBoundary(createReadRecords(deps)),
    screenBatch: withFailureBoundary(createScreenBatch(deps)),
    chunkBatch: withFailureBoundary(createChunkBatch(deps)),
    publishVersions: withFailureBoundary(createPublishVersions(deps)),
    failVersions: withFailureBoundary(createFailVersions(deps)),
    settleRun: withFailureBoundary(createSettleRun(deps)),
    compareSources: withFailureBoundary(createCompareSources(deps)),
    readSources: withFailureBoundary(createReadSources(deps)),
    readUploads: withFailureBoundary(createReadUploads(deps)),
    publishUploads: withFailureBoundary(createPublishUploads(deps)),
    listUploads: withFailureBoundary(createListUploads(deps)),
    prepareBatch: withFailureBoundary(createPrepareBatch(deps)),
    publishBatch: withFailureBoundary(createPublishBatch(deps)),
    separateRuns: withFailureBoundary(createSeparateRuns(deps)),
    withdrawMissing: withFailureBoundary(createWithdrawMissing(deps)),
    settleSync: withFailureBoundary(createSettleSync(deps)),
    settleUnread: withFailureBoundary(createSettleUnread(deps)),
    reconcileRuns: withFailureBoundary(createReconcileRuns(deps)),
    startErasures: withFailureBoundary(createStartErasures(deps)),
    eraseDocuments: withFailureBoundary(createEraseDocuments(deps)),
    beginReview: withFailureBoundary(createBeginReview(deps)),
    decideReview: withFailureBoundary(createDecideReview(deps)),
    recordOpinion: withFailureBoundary(createRecordOpinion(deps)),
    recordClaim: withFailureBoundary(createRecordClaim(deps)),
    noticeReview: withFailureBoundary(createNoticeReview(deps)),
    prepareReviewed: withFailureBoundary(createPrepareReviewed(deps)),
    settleReview: withFailureBoundary(createSettleReview(deps)),
    clearHeld: withFailureBoundary(createClearHeld(deps)),
    rescreenBatch: withFailureBoundary(createRescreenBatch(deps)),
    settleRescreen: withFailureBoundary(createSettleRescreen(deps)),
    settleErasure: withFailureBoundary(createSettleErasure(deps)),
    listOrganizations: withFailureBoundary(createListOrganizations(deps)),
    sweepOrphans: withFailureBoundary(createSweepOrphans(deps)),
    promoteMove: withFailureBoundary(createPromoteMove(deps)),
    rollBackMove: withFailureBoundary(createRollBackMove(deps)),
    settleMove: withFailureBoundary(createSettleMove(deps)),
    mergeSegments: withFailureBoundary(createMergeSegments(deps)),
    planWarming: withFailureBoundary(createPlanWarming(deps)),
    maintainVectorIndexes: withFailureBoundary(createMaintainVectorIndexes(deps)),
  };
}
export type IoActivities = ReturnType<typeof createIoActivities>;
