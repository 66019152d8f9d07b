import type { RunId } from '../../core/contract/ids.js';
import type { UploadsRef } from '../../core/contract/ingest-messages.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** The runs that share a workflow and have not ended. May run twice: it only looks. */
export function createListUploads({ catalog }: CatalogDependency) {
  return async function listUploads({ organizationId, workflowId }: UploadsRef): Promise<RunId[]> {
    const runs = await cancellable(() => catalog.runs.gathered(organizationId, workflowId));
    return runs.map(({ runId }) => runId);
  };
}
