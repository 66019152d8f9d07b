import { moveDetails } from '../../core/moving/move-details.js';
import type { ShownAct } from '../../core/ports/run-catalog.js';
import type { GenerationBody, MoveBody } from '../schemas/vector-index.js';
import type { KnownIndex } from '../moving/known-moves.js';

export function presentGeneration({ generation, move }: KnownIndex, collection: string): GenerationBody {
  const { spec, complete } = generation;
  return {
    vectorIndexId: spec.vectorIndexId,
    collection,
    model: spec.model.name,
    revision: spec.model.revision,
    dimensions: spec.model.dimensions,
    store: spec.store,
    state: spec.state,
    complete,
    move: move && presentMove(move),
  };
}

function presentMove(move: ShownAct): MoveBody {
  const { policy, keepDays, estimate, comparison } = moveDetails(move);
  return {
    runId: move.runId,
    stage: move.stage as MoveBody['stage'],
    policy,
    keepDays,
    embedded: move.records.done,
    estimate: estimate ?? null,
    comparison: comparison ?? null,
    acceptedAt: move.acceptedAt.toISOString(),
  };
}
