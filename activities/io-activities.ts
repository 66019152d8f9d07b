import { createAssembleDocument } from './assemble-document.js';
import { createChunkBatch } from './chunk-batch.js';
import type {
  ChunkingDependencies,
  ReadingDependencies,
  ReconcilingDependencies,
  ScreeningDependencies,
} from './dependencies.js';
import { withFailureBoundary } from './failure-boundary.js';
import { createInspectSource } from './inspect-source.js';
import { createPublishVersions } from './publish-versions.js';
import { createReadPages } from './read-pages.js';
import { createReadRecords } from './read-records.js';
import { createReadText } from './read-text.js';
import { createReconcileRuns } from './reconcile-runs.js';
import { createScreenBatch } from './screen-batch.js';
import { createSettleRun } from './settle-run.js';

/** Task queue `medindex-io`: network, parsing (in child processes) and the catalog. */
export function createIoActivities(
  deps: ReadingDependencies & ScreeningDependencies & ChunkingDependencies & ReconcilingDependencies,
) {
  return {
    inspectSource: withFailureBoundary(createInspectSource(deps)),
    readText: withFailureBoundary(createReadText(deps)),
    readPages: withFailureBoundary(createReadPages(deps)),
    assembleDocument: withFailureBoundary(createAssembleDocument(deps)),
    readRecords: withFailureBoundary(createReadRecords(deps)),
    screenBatch: withFailureBoundary(createScreenBatch(deps)),
    chunkBatch: withFailureBoundary(createChunkBatch(deps)),
    publishVersions: withFailureBoundary(createPublishVersions(deps)),
    settleRun: withFailureBoundary(createSettleRun(deps)),
    reconcileRuns: withFailureBoundary(createReconcileRuns(deps)),
  };
}
export type IoActivities = ReturnType<typeof createIoActivities>;
