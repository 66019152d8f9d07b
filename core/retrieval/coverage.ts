import type { ChunkId } from '../contract/ids.js';
import { type HeldTerms, type LexicalQuery, type LexicalTerm, MAX_HELD_TERMS } from '../ports/lexical-index.js';

/** Of the weight of a question's words, so much is looked up; the rest are common words that move no coverage by more. */
const WEIGHED_SHARE = 0.98;

/** What a word counts in coverage. */
export function termWeight({ inverseDocumentFrequency }: Pick<LexicalTerm, 'inverseDocumentFrequency'>): number {
  return inverseDocumentFrequency ** 3;
}

/** The question with its rare words only: those that make up nearly all of the weight that coverage counts by. */
export function weightyTerms(query: LexicalQuery): LexicalQuery {
  const whole = query.terms.reduce((sum, term) => sum + termWeight(term), 0);
  let before = 0;
  const terms = query.terms.slice(0, MAX_HELD_TERMS).filter((term) => {
    const isNeeded = before < WEIGHED_SHARE * whole;
    before += termWeight(term);
    return isNeeded;
  });
  return { ...query, terms };
}

/**
 * How much of a question's known words each chunk holds, 0…1: Σ idf³ of the words it holds / Σ idf³ of all. The cube lets
 * the rarest words decide: among 5,000 chunks a name that one chunk holds weighs as much as 6 words that 50 hold, or 150
 * that 1,000 hold. Chunks that hold none are left out.
 */
export function coverageOf({ terms }: LexicalQuery, held: ReadonlyMap<ChunkId, HeldTerms>): Map<ChunkId, number> {
  const weights = terms.map(termWeight);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  if (whole === 0) return new Map();
  const share = (positions: HeldTerms) =>
    positions.reduce((sum, position) => sum + (weights[position] ?? 0), 0) / whole;
  return new Map([...held].map(([chunkId, positions]) => [chunkId, share(positions)]));
}
