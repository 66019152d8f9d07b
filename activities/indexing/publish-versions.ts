import type { BatchStep } from '../../core/contract/ingest-messages.js';
import type { PublishingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { versionsThatLoseAnswers } from './guard-golden-answers.js';

/**
 * Makes versions live, all in one transaction, but for those that would take the answer from a golden question that guards it:
 * these fail, and what is live stays so. May run twice: a version that is live stays live, and one that failed has ended.
 */
export function createPublishVersions({ catalog, goldenTexts }: PublishingDependencies) {
  return async function publishVersions({ batch, versionIds }: BatchStep): Promise<void> {
    await cancellable(async () => {
      await catalog.runs.recordProgress(batch.runIds, { stage: 'publish' });
      const { organizationId, collectionId } = batch;
      const losing = await versionsThatLoseAnswers(
        { catalog, goldenTexts },
        { organizationId, collectionId, versionIds },
      );
      await catalog.versions.fail([...losing].map((versionId) => ({ versionId, code: 'GOLDEN_ANSWER_LOST' })));
      const going = versionIds.filter((versionId) => !losing.has(versionId));
      await catalog.versions.publish(organizationId, collectionId, going);
    });
  };
}
