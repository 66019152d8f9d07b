import type { BatchRef, PrepareBatchResult } from '../../core/contract/ingest-messages.js';
import type { ChunkingDependencies, ScreeningDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';
import { createScreenReadings } from '../screening/screen-batch.js';
import { readReadings } from '../version-readings.js';
import { createChunkReadings } from './chunk-batch.js';

/**
 * Screens the readings of a batch and cuts those that may go on. Both in one activity, so that every reading is fetched,
 * unsealed and parsed once. May run twice, as each of the two may.
 */
export function createPrepareBatch(deps: ScreeningDependencies & ChunkingDependencies) {
  const screenReadings = createScreenReadings(deps);
  const chunkReadings = createChunkReadings(deps);
  return async function prepareBatch(batch: BatchRef): Promise<PrepareBatchResult> {
    const collection = await loadCollection(deps.catalog, batch);
    return cancellable(async () => {
      const readings = await readReadings(deps.objects, batch);
      const { clear, held } = await screenReadings(batch, collection, readings);
      if (clear.length === 0) return { versionIds: [], held };
      const { versionIds } = await chunkReadings(batch, collection, clear);
      return { versionIds, held };
    });
  };
}
