import type { ReadTogetherResult } from '../../core/contract/ingest-messages.js';
import type { ReadSourcesInput } from '../../core/contract/sync-messages.js';
import { mapAtOnce } from '../at-once.js';
import type { ReadingDependencies, SyncDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadSyncContext } from '../run-context.js';
import {
  createReadSmallSource,
  SETTLED,
  type SourceOutcome,
  SOURCES_AT_ONCE,
  writeTogether,
} from './read-small-source.js';
import { takeSource } from './take-source.js';

/**
 * Takes in the sources of a batch, each on its own: fetches it, puts its run on record and reads it. May run twice: objects,
 * runs and versions are those of the first time.
 */
export function createReadSources(deps: ReadingDependencies & SyncDependencies) {
  const { catalog, objects, limits, sources } = deps;
  const readSmallSource = createReadSmallSource(deps);

  return async function readSources(input: ReadSourcesInput): Promise<ReadTogetherResult> {
    const ref = { organizationId: input.organizationId, runId: input.syncRunId };
    const { sync, collection } = await loadSyncContext(catalog, ref);
    const changed = await catalog.syncs.changedSources(ref, input.sourceIds);
    return cancellable(async (signal) => {
      const outcomes = await mapAtOnce(changed, SOURCES_AT_ONCE, async (source): Promise<SourceOutcome> => {
        signal.throwIfAborted();
        const { workflowId } = input;
        const maxBytes = limits.maxSourceBytes;
        const run = await takeSource({ catalog, objects, sources, sync, source, workflowId, maxBytes });
        if (run === null || run.state !== 'running') return SETTLED;
        return readSmallSource(run, collection, signal);
      });
      const separate = outcomes.flatMap((outcome) => (outcome.kind === 'separate' ? [outcome.runId] : []));
      await catalog.runs.separate(input.organizationId, separate);
      // Named after the batch's first source, which is in no other batch of this sync.
      const together = { ...ref, collectionId: sync.collectionId, name: input.sourceIds[0] ?? '' };
      return writeTogether(deps, together, outcomes);
    });
  };
}
