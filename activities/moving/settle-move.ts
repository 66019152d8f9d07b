import type { SettleMoveInput } from '../../core/contract/move-messages.js';
import type { ErasureDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { dropIndex } from './drop-index.js';
import { loadMove } from './move-run.js';

/**
 * Ends a move's run: every vector index of the collection but the one that is searched is dropped, with the questions of
 * whoever asked for the move. What a failed one has built stays, for a retry. May run twice: a run keeps its first end.
 */
export function createSettleMove(deps: Pick<ErasureDependencies, 'catalog' | 'vectorIndex' | 'objects'>) {
  const { catalog, objects } = deps;
  return async function settleMove({ organizationId, runId, end }: SettleMoveInput): Promise<void> {
    await cancellable(async () => {
      if (end.state === 'failed') {
        await catalog.runs.finishAct(organizationId, runId, { state: 'failed', error: end.code });
        return;
      }
      const { generations, details } = await loadMove(catalog, { organizationId, runId });
      for (const { spec } of generations) if (spec.state !== 'live') await dropIndex(deps, spec);
      if (details.questions) await objects.delete([details.questions.key]);
      await catalog.runs.finishAct(organizationId, runId, end);
    });
  };
}
