import type { EmbeddingDependencies } from './dependencies.js';
import { createEmbedChunks } from './indexing/embed-chunks.js';
import { withFailureBoundary } from './failure-boundary.js';

/** Task queue `medindex-embed`: the model's cores. */
export function createEmbedActivities(deps: EmbeddingDependencies) {
  return { embedChunks: withFailureBoundary(createEmbedChunks(deps)) };
}
export type EmbedActivities = ReturnType<typeof createEmbedActivities>;
