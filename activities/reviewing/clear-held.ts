import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ErasureDependencies } from '../dependencies.js';
import { eraseLooseChunks } from '../erasing/erase-loose-chunks.js';
import { cancellable } from '../heartbeat.js';
import { withdrawOriginal } from '../screening/withdraw-original.js';

/**
 * Removes what lies in the clear of a held version that was live before: its passages with their postings, vectors and cached
 * embeddings, as far as no former version has them, and its original, which is sealed under `held/`. Nothing of it is found any
 * more when this begins. May run twice, and may be killed anywhere: what is left is removed by the next try, and a review whose
 * workflow is gone is opened anew and begins with this.
 */
export function createClearHeld(deps: ErasureDependencies) {
  const { catalog, objects, localFiles } = deps;
  return async function clearHeld({ organizationId, runId }: RunRef): Promise<void> {
    await cancellable(async (signal) => {
      const review = await catalog.reviews.load(organizationId, runId);
      // Decided meanwhile, by an earlier workflow of this review: what goes on is put where it belongs by that decision.
      if (!review || review.decidedAt !== null) return;
      const { collectionId, documentId, readingRunId } = review;
      await eraseLooseChunks(deps, { organizationId, collectionId, documentIds: [documentId] }, signal);
      const run = await catalog.runs.load(organizationId, readingRunId);
      if (run) await withdrawOriginal({ catalog, objects, localFiles, run });
    });
  };
}
