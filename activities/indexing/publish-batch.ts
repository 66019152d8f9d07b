import type { BatchStep, PublishBatchResult } from '../../core/contract/ingest-messages.js';
import type { PublishingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createPublishVersions } from './publish-versions.js';
import { settleRuns } from '../settling/settle-run.js';

/**
 * Publishes what is left of a batch in one transaction and ends the batch's runs, or goes on with what has to come before
 * their ends. May run twice: a version that is live stays live, and a run keeps its first end.
 */
export function createPublishBatch({ catalog, goldenTexts }: PublishingDependencies) {
  const publishVersions = createPublishVersions({ catalog, goldenTexts });
  return async function publishBatch(step: BatchStep): Promise<PublishBatchResult> {
    if (step.versionIds.length > 0) await publishVersions(step);
    const ends = step.batch.runIds.map((runId) => ({ runId }));
    const { more } = await cancellable(() => settleRuns(catalog, ends));
    return { more };
  };
}
