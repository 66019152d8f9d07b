import { patched } from '@temporalio/workflow';
import type { BatchRef, BatchStep } from '../core/contract/ingest-messages.js';
import { embedding, indexing, publishing } from './activity-options.js';
import type { IngestState } from './ingest-state.js';

/**
 * The stages that every kind of source goes through once it was read: screen → chunk → embed → publish. All versions of
 * a batch are published in one transaction; held ones end here.
 */
export async function indexBatch(batch: BatchRef, state: IngestState): Promise<void> {
  const versionIds = await screenAndCut(batch, state);
  if (versionIds.length === 0) return;

  state.enter('embed');
  await embedAll({ batch, versionIds });

  state.enter('publish');
  await publishing.publishVersions({ batch, versionIds });
}

/** Answers the versions that are to be embedded and published. */
async function screenAndCut(batch: BatchRef, state: IngestState): Promise<readonly string[]> {
  state.enter('screen');
  // One activity, so that every reading is unsealed and parsed once. Workflows that began before go on with two.
  if (patched('screen-and-cut-in-one-activity')) {
    const { versionIds, held } = await indexing.prepareBatch(batch);
    state.screened(held);
    return versionIds;
  }
  const { clear, held } = await indexing.screenBatch(batch);
  state.screened(held);
  if (clear.length === 0) return [];
  state.enter('chunk');
  return (await indexing.chunkBatch({ batch, versionIds: clear })).versionIds;
}

/** Activity after activity, so that a long document gives its slot back now and then. */
export async function embedAll(step: BatchStep): Promise<void> {
  for (let more = true; more;) {
    ({ more } = await embedding.embedChunks(step));
  }
}
