import type { BuildMoveInput, BuildMoveResult } from '../../core/contract/move-messages.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createIndexFilling } from '../indexing/index-filling.js';
import { createVectorMaking } from '../indexing/vector-making.js';
import { loadMove } from './move-run.js';

/**
 * Gives the next chunks their vectors in the new index. Vectors of a model that has indexed the collection before come from
 * the cache. May run twice: what has a vector is passed over.
 */
export function createBuildMove(deps: EmbeddingDependencies) {
  const { catalog, vectorIndex } = deps;
  const making = createVectorMaking(deps);
  const fillIndex = createIndexFilling(deps, making);
  return async function buildMove(input: BuildMoveInput): Promise<BuildMoveResult> {
    const { organizationId, runId, pass, embedded: before } = input;
    const { act, target } = await loadMove(catalog, input);
    // Somebody cancelled the run while the engine could not be reached.
    if (act.state !== 'running' || !target) return { state: 'over', embedded: before };
    if (pass === null && target.complete) return { state: 'complete', embedded: before };
    return cancellable(async (signal) => {
      if (pass === null) await catalog.runs.recordActStage(organizationId, runId, 'build');
      // A store that lost its collection gets it again, and the pass after this one fills it.
      await vectorIndex.prepare(target.spec);
      const { skipped, behind } = pass ?? { skipped: target.skipped, behind: 0 };
      const step = await making.withIndex(target.spec, (index) => fillIndex(index, { skipped, behind }, signal));
      const embedded = (pass?.embedded ?? before) + step.embedded;
      await catalog.runs.recordProgress([runId], { records: { done: embedded } });
      if (step.more) return { state: 'building', pass: { skipped, behind: step.behind, embedded } };
      const now = (await loadMove(catalog, input)).target;
      return { state: now?.complete ? 'complete' : 'again', embedded };
    });
  };
}
