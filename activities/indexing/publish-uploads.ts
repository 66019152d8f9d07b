import { Failure } from '../../core/contract/failures.js';
import type { RunId } from '../../core/contract/ids.js';
import type { BatchStep, PublishUploadsResult } from '../../core/contract/ingest-messages.js';
import type { PublishingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { settleRuns } from '../settling/settle-run.js';
import { versionsThatLoseAnswers } from './guard-golden-answers.js';

/**
 * Publishes uploads that travel together, each in a transaction of its own and in the order of their acceptance, and ends their
 * runs. One that cannot be published goes on in a workflow of its own. May run twice: a version that is live stays live, and a
 * run keeps its first end.
 */
export function createPublishUploads({ catalog, goldenTexts }: PublishingDependencies) {
  return async function publishUploads({ batch, versionIds }: BatchStep): Promise<PublishUploadsResult> {
    const { organizationId, collectionId, runIds } = batch;
    return cancellable(async () => {
      await catalog.runs.recordProgress(runIds, { stage: 'publish' });
      const guards = { catalog, goldenTexts };
      const losing = await versionsThatLoseAnswers(guards, { organizationId, collectionId, versionIds });
      await catalog.versions.fail([...losing].map((versionId) => ({ versionId, code: 'GOLDEN_ANSWER_LOST' })));
      const separate: RunId[] = [];
      for (const versionId of versionIds.filter((id) => !losing.has(id))) {
        try {
          await catalog.versions.publish(organizationId, collectionId, [versionId]);
        } catch (error) {
          if (!(error instanceof Failure) || error.retryable) throw error;
          separate.push(runOf(batch, versionId));
        }
      }
      const ending = runIds.filter((runId) => !separate.includes(runId));
      const { more } = await settleRuns(
        catalog,
        ending.map((runId) => ({ runId })),
      );
      return { separate, more };
    });
  };
}

/** A batch of uploads has a version of each run. */
function runOf({ runIds, versionIds }: BatchStep['batch'], versionId: string): RunId {
  const runId = runIds[versionIds.indexOf(versionId)];
  if (runId === undefined) throw new Error('a version of no run of its batch');
  return runId;
}
