import type { VectorStore } from '../ports/vector-index.js';

/** Up to so many dimensions pgvector's `vector` can be indexed; beyond, vectors are kept as `halfvec`. */
export const MAX_FLOAT_DIMENSIONS = 2_000;

/** Qdrant keeps float32, also where it searches by int8. */
export function bytesPerNumber(store: VectorStore, dimensions: number): number {
  return store === 'pgvector' && dimensions > MAX_FLOAT_DIMENSIONS ? 2 : 4;
}
