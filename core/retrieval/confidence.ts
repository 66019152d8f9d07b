import type { FusedChunk, Leg } from './fusion.js';

/**
 * Cosine at which a passage says nothing about a query, and at which it says the same. Measured with all-MiniLM-L6-v2:
 * unrelated sentences lie at −.02 to .2, paraphrases at .76.
 */
const UNRELATED_COSINE = 0.2;
const PARAPHRASE_COSINE = 0.76;

/** BM25 at which the text leg alone is half sure: about two matching words of medium rarity (IDF 3–4 each). */
const HALF_SURE_BM25 = 8;

/** The first hits on which the legs are compared: what a reader looks at, and a chat service quotes. */
const COMPARED_HITS = 5;

/** Meaning weighs more than agreement: legs agree on any document that repeats the words of the query. */
const EVIDENCE_WEIGHT = 0.7;

/**
 * How likely the first hits answer the query, 0…1; 0 without hits. A documented heuristic, not a calibrated
 * probability: use it to compare answers of one system, and set thresholds on your own questions.
 *
 *   vector: v = clamp((best cosine − .20) / (.76 − .20), 0, 1)
 *   text:   t = b / (b + 8), b the best BM25 score
 *   hybrid: .7 · v + .3 · a, a the share of the first five hits that both legs found
 */
export function confidenceOf(hits: readonly FusedChunk[], legs: readonly Leg[]): number {
  if (hits.length === 0) return 0;
  const evidence = legs.includes('vector') ? vectorEvidence(hits) : textEvidence(hits);
  if (legs.length < 2) return evidence;
  const compared = hits.slice(0, COMPARED_HITS);
  const agreed = compared.filter(({ scores }) => scores.vector !== null && scores.text !== null);
  return EVIDENCE_WEIGHT * evidence + (1 - EVIDENCE_WEIGHT) * (agreed.length / compared.length);
}

function vectorEvidence(hits: readonly FusedChunk[]): number {
  const position = (bestScore(hits, 'vector') - UNRELATED_COSINE) / (PARAPHRASE_COSINE - UNRELATED_COSINE);
  return Math.min(1, Math.max(0, position));
}

function textEvidence(hits: readonly FusedChunk[]): number {
  const best = bestScore(hits, 'text');
  return best / (best + HALF_SURE_BM25);
}

function bestScore(hits: readonly FusedChunk[], leg: Leg): number {
  return hits.reduce((best, { scores }) => Math.max(best, scores[leg] ?? 0), 0);
}
