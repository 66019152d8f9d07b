import type { EmbeddingDependencies } from './dependencies.js';
import { createEmbedChunks } from './indexing/embed-chunks.js';
import { createFillVectors, createFindUnfilled } from './indexing/fill-vectors.js';
import { withFailureBoundary } from './failure-boundary.js';

/** Task queue `medindex-embed`: the model's cores. */
export function createEmbedActivities(deps: EmbeddingDependencies) {
  return {
    embedChunks: withFailureBoundary(createEmbedChunks(deps)),
    findUnfilled: withFailureBoundary(createFindUnfilled(deps)),
    fillVectors: withFailureBoundary(createFillVectors(deps)),
  };
}
export type EmbedActivities = ReturnType<typeof createEmbedActivities>;
