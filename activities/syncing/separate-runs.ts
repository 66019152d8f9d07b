import type { SeparateRunsInput } from '../../core/contract/ingest-messages.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Takes the runs of a batch apart, each to a workflow of its own. May run twice: their names follow from their ids. */
export function createSeparateRuns({ catalog }: CatalogDependency) {
  return async function separateRuns({ organizationId, runIds }: SeparateRunsInput): Promise<void> {
    await cancellable(() => catalog.runs.separate(organizationId, runIds));
  };
}
