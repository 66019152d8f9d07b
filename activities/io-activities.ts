import { createAssembleDocument } from './assemble-document.js';
import { createCarryPages } from './carry-pages.js';
import { createChunkBatch } from './chunk-batch.js';
import { createCompareSources } from './compare-sources.js';
import type {
  ChunkingDependencies,
  MaintenanceDependencies,
  ReadingDependencies,
  ReconcilingDependencies,
  ScreeningDependencies,
  SyncDependencies,
} from './dependencies.js';
import { withFailureBoundary } from './failure-boundary.js';
import { createInspectSource } from './inspect-source.js';
import { createMaintainVectorIndexes } from './maintain-vector-indexes.js';
import { createPrepareBatch } from './prepare-batch.js';
import { createPublishBatch } from './publish-batch.js';
import { createPublishVersions } from './publish-versions.js';
import { createReadPages } from './read-pages.js';
import { createReadRecords } from './read-records.js';
import { createReadSources } from './read-sources.js';
import { createReadText } from './read-text.js';
import { createReconcileRuns } from './reconcile-runs.js';
import { createScreenBatch } from './screen-batch.js';
import { createSeparateRuns } from './separate-runs.js';
import { createSettleRun } from './settle-run.js';
import { createSettleSync } from './settle-sync.js';
import { createSettleUnread } from './settle-unread.js';
import { createWithdrawMissing } from './withdraw-missing.js';

/** Task queue `medindex-io`: network, parsing (in child processes) and the catalog. */
export function createIoActivities(
  deps: ReadingDependencies &
    ScreeningDependencies &
    ChunkingDependencies &
    ReconcilingDependencies &
    MaintenanceDependencies &
    SyncDependencies,
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
    settleRun: withFailureBoundary(createSettleRun(deps)),
    compareSources: withFailureBoundary(createCompareSources(deps)),
    readSources: withFailureBoundary(createReadSources(deps)),
    prepareBatch: withFailureBoundary(createPrepareBatch(deps)),
    publishBatch: withFailureBoundary(createPublishBatch(deps)),
    separateRuns: withFailureBoundary(createSeparateRuns(deps)),
    withdrawMissing: withFailureBoundary(createWithdrawMissing(deps)),
    settleSync: withFailureBoundary(createSettleSync(deps)),
    settleUnread: withFailureBoundary(createSettleUnread(deps)),
    reconcileRuns: withFailureBoundary(createReconcileRuns(deps)),
    maintainVectorIndexes: withFailureBoundary(createMaintainVectorIndexes(deps)),
  };
}
export type IoActivities = ReturnType<typeof createIoActivities>;
