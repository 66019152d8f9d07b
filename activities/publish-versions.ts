import type { PublishVersionsInput } from '../core/contract/ingest-messages.js';
import type { CatalogDependency } from './dependencies.js';
import { loadRunContext } from './run-context.js';

/** Makes versions live, all in one transaction. May run twice: a version that is live stays live. */
export function createPublishVersions({ catalog }: CatalogDependency) {
  return async function publishVersions(input: PublishVersionsInput): Promise<void> {
    const { run, collection } = await loadRunContext(catalog, input);
    await catalog.runs.recordProgress(run.runId, { stage: 'publish' });
    await catalog.versions.publish(input.organizationId, collection.collectionId, input.versionIds);
  };
}
