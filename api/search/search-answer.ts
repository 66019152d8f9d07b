import type { EmbeddingModel } from '../../core/ports/embedder.js';
import type { ModelSpecs } from '../../core/retrieval/plan.js';
import type { RelevantChunk, Retrieved } from '../../core/retrieval/retrieve.js';
import { presentChunk } from '../present/chunk.js';
import type { SearchData, VectorIndexBody } from '../schemas/search.js';

/** Four decimals tell any two hits apart and keep the answer readable. */
export const roundScore = (score: number): number => Math.round(score * 10_000) / 10_000;
const roundOrNull = (score: number | null): number | null => (score === null ? null : roundScore(score));

/** The body of an answer. */
export function presentHits({ hits, nearMisses, confidence, answerable }: Retrieved): SearchData {
  return {
    hits: hits.map(presentHit),
    nearMisses: nearMisses.map(presentHit),
    confidence: roundScore(confidence),
    answerable,
  };
}

function presentHit({ chunk, fused, relevance, rerankScore }: RelevantChunk): SearchData['hits'][number] {
  return {
    ...presentChunk(chunk),
    score: roundScore(fused.score),
    scores: {
      vector: roundOrNull(fused.scores.vector),
      text: roundOrNull(fused.scores.text),
      rerank: roundOrNull(rerankScore ?? null),
    },
    relevance: roundOrNull(relevance),
  };
}

/** What `meta` says of how it was found. */
export function presentRetrieval({ mode, vectorIndexes, degraded }: Retrieved, asOf: string) {
  const [vectorIndex, ...furtherVectorIndexes] = vectorIndexes.map(presentModelSpecs);
  return {
    mode,
    vectorIndex: vectorIndex ?? null,
    asOf,
    ...(furtherVectorIndexes.length > 0 ? { furtherVectorIndexes } : {}),
    ...(degraded === undefined ? {} : { degraded }),
  };
}

export function presentModel({ name, revision, dimensions }: EmbeddingModel) {
  return { model: name, revision, dimensions };
}

function presentModelSpecs({ model, specs }: ModelSpecs): VectorIndexBody {
  return { ...presentModel(model), vectorIndexIds: specs.map((spec) => spec.vectorIndexId) };
}
