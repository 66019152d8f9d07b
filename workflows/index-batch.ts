import type { BatchRef, RunRef } from '../core/contract/ingest-messages.js';
import { bookkeeping, embedding, reading } from './activity-options.js';
import type { IngestState } from './ingest-state.js';

/**
 * The stages that every kind of source goes through once it was read: screen → chunk → embed → publish. All versions of
 * a batch are published in one transaction; held ones end here.
 */
export async function indexBatch(run: RunRef, batch: BatchRef, state: IngestState): Promise<void> {
  state.enter('screen');
  const { clear, held } = await reading.screenBatch({ ...run, batch });
  state.screened(held);
  if (clear.length === 0) return;

  state.enter('chunk');
  const { versionIds } = await reading.chunkBatch({ ...run, batch, versionIds: clear });
  if (versionIds.length === 0) return;

  state.enter('embed');
  for (let more = true; more;) {
    ({ more } = await embedding.embedChunks({ ...run, versionIds }));
  }

  state.enter('publish');
  await bookkeeping.publishVersions({ ...run, versionIds });
}
