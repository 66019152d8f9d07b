import type { BatchRef } from '../../core/contract/ingest-messages.js';
import { createChunkBatch } from './chunk-batch.js';
import type { ChunkingDependencies, ScreeningDependencies } from '../dependencies.js';
import { createScreenBatch } from '../screening/screen-batch.js';

export interface PrepareBatchResult {
  /** What is to be embedded and published. */
  readonly versionIds: readonly string[];
  readonly held: number;
}

/** Screens and cuts a batch of small sources in one activity. May run twice, as each of the two may. */
export function createPrepareBatch(deps: ScreeningDependencies & ChunkingDependencies) {
  const screenBatch = createScreenBatch(deps);
  const chunkBatch = createChunkBatch(deps);
  return async function prepareBatch(batch: BatchRef): Promise<PrepareBatchResult> {
    const { clear, held } = await screenBatch(batch);
    if (clear.length === 0) return { versionIds: [], held };
    const { versionIds } = await chunkBatch({ batch, versionIds: clear });
    return { versionIds, held };
  };
}
