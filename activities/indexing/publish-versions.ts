import type { BatchStep } from '../../core/contract/ingest-messages.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Makes versions live, all in one transaction. May run twice: a version that is live stays live. */
export function createPublishVersions({ catalog }: CatalogDependency) {
  return async function publishVersions({ batch, versionIds }: BatchStep): Promise<void> {
    await cancellable(async () => {
      await catalog.runs.recordProgress(batch.runIds, { stage: 'publish' });
      await catalog.versions.publish(batch.organizationId, batch.collectionId, versionIds);
    });
  };
}
