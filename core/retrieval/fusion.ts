import type { ChunkId } from '../contract/ids.js';
import type { ScoredChunk } from '../ports/vector-index.js';

export const LEGS = ['vector', 'text'] as const;
/** One way of finding candidates: nearest vectors (score: cosine) or BM25. */
export type Leg = (typeof LEGS)[number];

/** What one leg found, best first. A leg that ran and found nothing is an empty list, not an absent one. */
export interface RankedList {
  readonly leg: Leg;
  readonly ranked: readonly ScoredChunk[];
  /** Share of this leg in the fused score; 1 unless said otherwise. */
  readonly weight?: number;
}

export interface FusedChunk {
  readonly chunkId: ChunkId;
  /** 0…1; 1 is first in every leg that ran. Says how it ranks, not how well it answers. */
  readonly score: number;
  /** The legs' own scores; `null` where the leg did not find it. */
  readonly scores: Readonly<Record<Leg, number | null>>;
}

/** The constant of reciprocal rank fusion: Cormack, Clarke & Büttcher, SIGIR 2009, where 60 did best on four collections. */
export const RRF_K = 60;

/**
 * Reciprocal rank fusion: the sum over legs of weight / (k + rank), divided by what a chunk first in every leg gets.
 * Ranks instead of scores, because a cosine and a BM25 score share no scale. Ties go to the better single rank, then
 * to the smaller chunk id, so that equal input gives equal output. A leg may come in several lists that share no chunk:
 * cosines of two models share no scale either.
 */
export function fuseRankedLists(lists: readonly RankedList[], k: number = RRF_K): FusedChunk[] {
  const best = [...bestWeights(lists)].reduce((sum, [, weight]) => sum + weight / (k + 1), 0);
  const found = new Map<ChunkId, { sum: number; bestRank: number; scores: Record<Leg, number | null> }>();
  for (const { leg, ranked, weight = 1 } of lists) {
    ranked.forEach(({ chunkId, score }, index) => {
      const rank = index + 1;
      const entry = found.get(chunkId) ?? { sum: 0, bestRank: rank, scores: { vector: null, text: null } };
      // A list that names a chunk twice counts its better place only.
      if (entry.scores[leg] !== null) return;
      entry.sum += weight / (k + rank);
      entry.bestRank = Math.min(entry.bestRank, rank);
      entry.scores[leg] = score;
      found.set(chunkId, entry);
    });
  }
  return [...found]
    .map(([chunkId, { sum, bestRank, scores }]) => ({ chunkId, bestRank, scores, score: best > 0 ? sum / best : 0 }))
    .sort((a, b) => b.score - a.score || a.bestRank - b.bestRank || (a.chunkId < b.chunkId ? -1 : 1))
    .map(({ chunkId, score, scores }) => ({ chunkId, score, scores }));
}

function bestWeights(lists: readonly RankedList[]): Map<Leg, number> {
  const weights = new Map<Leg, number>();
  for (const { leg, weight = 1 } of lists) weights.set(leg, Math.max(weight, weights.get(leg) ?? 0));
  return weights;
}

/** Past rank 60 a candidate has less than half the weight of a first place: it moves no hit into a usual top 10. */
const MIN_CANDIDATES = RRF_K;
/** Room for chunks that both legs share and for those that stop being live between search and reading. */
const CANDIDATES_PER_HIT = 3;

/** How many candidates each leg is asked for, so that `topK` fused hits do not depend on where a leg was cut off. */
export function candidatesPerLeg(topK: number): number {
  return Math.max(MIN_CANDIDATES, topK * CANDIDATES_PER_HIT);
}
