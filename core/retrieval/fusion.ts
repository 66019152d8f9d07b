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
  /** What the leg did not find may score up to this; absent: it found all there is, or nothing is known of the rest. */
  readonly beyond?: number;
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

/**
 * Weights of the three kinds of evidence, in parts of their sum: how near in meaning, how good by words, how many of the
 * question's rare words are there at all. See docs/decisions.md for what they were measured on.
 */
const EVIDENCE = { vector: 0.75, text: 0.25, coverage: 0.4 } as const;

/**
 * Share of the last that a leg found which what it did not find counts with: it lies somewhere between that and nothing, and a
 * row with the right name must not lose to look-alikes because these fill the list.
 */
const UNFOUND_SHARE = 0.5;

/**
 * Fusion of both legs by what each says, and not only by rank: the cosine and the BM25 score, each as a share of the best of
 * its list, and the coverage of the question's words (`coverageOf`). What a leg did not find counts half as much as the last
 * that it found, where more was to be had, and nothing otherwise. The score is 0…1; 1 is the best of both legs that holds
 * every known word of the question. Ties go to the smaller chunk id.
 */
export function fuseByEvidence(lists: readonly RankedList[], coverage: ReadonlyMap<ChunkId, number>): FusedChunk[] {
  const found = new Map<ChunkId, { shares: Record<Leg, number>; scores: Record<Leg, number | null> }>();
  const unfound = { vector: shareBeyond(lists, 'vector'), text: shareBeyond(lists, 'text') };
  for (const { leg, ranked } of lists) {
    for (const { chunkId, score } of ranked) {
      const entry = found.get(chunkId) ?? { shares: { ...unfound }, scores: { vector: null, text: null } };
      if (entry.scores[leg] !== null) continue;
      entry.shares[leg] = shareOfBest(score, ranked);
      entry.scores[leg] = score;
      found.set(chunkId, entry);
    }
  }
  const whole = EVIDENCE.vector + EVIDENCE.text + EVIDENCE.coverage;
  return [...found]
    .map(([chunkId, { shares, scores }]) => {
      const covered = coverage.get(chunkId) ?? 0;
      const sum = EVIDENCE.vector * shares.vector + EVIDENCE.text * shares.text + EVIDENCE.coverage * covered;
      return { chunkId, scores, score: sum / whole };
    })
    .sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

function shareOfBest(score: number, ranked: readonly ScoredChunk[]): number {
  const best = ranked[0]?.score ?? 0;
  return best > 0 ? Math.max(0, score / best) : 0;
}

/** For a chunk that no list of the leg has. It would have been in one of them, and nobody knows which: the least of theirs. */
function shareBeyond(lists: readonly RankedList[], leg: Leg): number {
  const shares = lists
    .filter((list) => list.leg === leg)
    .map(({ beyond, ranked }) => (beyond === undefined ? 0 : UNFOUND_SHARE * shareOfBest(beyond, ranked)));
  return shares.length === 0 ? 0 : Math.min(...shares);
}

/** Past rank 60 a candidate has less than half the weight of a first place: it moves no hit into a usual top 10. */
const MIN_CANDIDATES = RRF_K;
/** Room for chunks that both legs share and for those that stop being live between search and reading. */
const CANDIDATES_PER_HIT = 3;

/** How many candidates each leg is asked for, so that `topK` fused hits do not depend on where a leg was cut off. */
export function candidatesPerLeg(topK: number): number {
  return Math.max(MIN_CANDIDATES, topK * CANDIDATES_PER_HIT);
}
