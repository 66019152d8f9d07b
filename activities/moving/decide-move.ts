import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import type { MoveDecisionInput, PromotionResult } from '../../core/contract/move-messages.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadMove } from './move-run.js';

/** Has the new vector index searched. May run twice: twice is once. */
export function createPromoteMove({ catalog }: CatalogDependency) {
  const promote = createPromotion({ catalog });
  return async function promoteMove(input: MoveDecisionInput): Promise<PromotionResult> {
    const { target } = await loadMove(catalog, input);
    return promote(input, target?.spec, 'kept');
  };
}

/** Has the former vector index searched again, at once: what it lacks is said by searches, and filled in. May run twice. */
export function createRollBackMove({ catalog }: CatalogDependency) {
  const promote = createPromotion({ catalog });
  return async function rollBackMove(input: MoveDecisionInput): Promise<PromotionResult> {
    const { generations, details } = await loadMove(catalog, input);
    const former = generations.find(({ spec }) => spec.vectorIndexId === details.formerId);
    return promote(input, former?.spec, 'decide');
  };
}

function createPromotion({ catalog }: CatalogDependency) {
  return async function promote(
    { organizationId, runId, decision }: MoveDecisionInput,
    spec: VectorIndexSpec | undefined,
    stage: 'kept' | 'decide',
  ): Promise<PromotionResult> {
    return cancellable(async () => {
      const promoted = spec ? await catalog.vectorIndexes.promote(spec, decision.actor) : null;
      if (promoted === null) return { outcome: 'gone' };
      if (promoted === 'incomplete') return { outcome: 'incomplete' };
      await catalog.runs.recordActStage(organizationId, runId, stage);
      return { outcome: 'promoted' };
    });
  };
}
