import { performance } from 'node:perf_hooks';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { MoveTerms } from '../../core/contract/move-messages.js';
import { estimateMove } from '../../core/moving/estimate-move.js';
import { withNamedModel } from '../../core/moving/named-model.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { isSameModel } from '../../core/retrieval/plan.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { dropIndex } from './drop-index.js';
import { loadMove, type MoveRun } from './move-run.js';

const DAY_MS = 24 * 3_600_000;
/** A search that began before the new index took its place goes on in the former one, for seconds at most. */
const LEAST_KEEP_MS = 60_000;

/**
 * Opens a move: the new vector index is in the catalog and has its place in the store, and it is known what the move costs.
 * What earlier moves left of this collection is dropped, but for an index of the same model and store, which is gone on
 * with. May run twice: an index that was begun is gone on with.
 */
export function createBeginMove(deps: EmbeddingDependencies) {
  const { catalog, vectorIndex } = deps;
  return async function beginMove(run: RunRef): Promise<MoveTerms> {
    return cancellable(async (signal) => {
      const move = await loadMove(catalog, run);
      const { spec } = move.target ?? { spec: await begin(run, move, signal) };
      if (spec.state !== 'live') await vectorIndex.prepare(spec);
      const { policy, keepDays } = move.details;
      return {
        collectionId: move.collectionId,
        collectionName: move.act.collectionName ?? '',
        vectorIndexId: spec.vectorIndexId,
        stage: spec.state === 'live' ? 'kept' : 'build',
        policy,
        keepMs: Math.max(LEAST_KEEP_MS, keepDays * DAY_MS),
      };
    });
  };

  async function begin(
    { organizationId, runId }: RunRef,
    { collectionId, details, generations }: MoveRun,
    signal: AbortSignal,
  ): Promise<VectorIndexSpec> {
    const live = generations.find(({ spec }) => spec.state === 'live')?.spec;
    return withNamedModel(deps, details.model, async (model) => {
      for (const { spec } of generations) {
        const isSame = isSameModel(spec.model, model.model) && spec.store === details.store;
        if (spec.state === 'retired' || (spec.state === 'building' && !isSame)) await dropIndex(deps, spec);
      }
      const wanted = { organizationId, collectionId, model: model.model, store: details.store };
      const spec = await catalog.vectorIndexes.buildBeside(wanted);
      if (!spec) throw new Error('another vector index of the collection is being built');
      const estimate = await estimateMove(catalog.vectorIndexes, {
        organizationId,
        collectionId,
        model,
        store: details.store,
        isKnown: live !== undefined && isSameModel(live.model, model.model),
        nowMs: () => performance.now(),
        signal,
      });
      await catalog.runs.recordProgress([runId], { records: { total: estimate.chunks } });
      const former = live ? { formerId: live.vectorIndexId } : {};
      await catalog.runs.recordActDetails(organizationId, runId, {
        vectorIndexId: spec.vectorIndexId,
        ...former,
        estimate,
      });
      return spec;
    });
  }
}
