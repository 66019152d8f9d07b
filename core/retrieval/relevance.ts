import type { LexicalQuery } from '../ports/lexical-index.js';
import { termWeight } from './coverage.js';

/** What is known of one passage and a question. */
export interface Evidence {
  /** How much of the question's words it holds, known ones and unknown ones, 0…1; `null`: no words were looked up. */
  readonly words: number | null;
  /** The cosine of both by a model whose scale is known; `null`: there is none. */
  readonly cosine: number | null;
}

/** Models whose cosines the formula below was fitted to. */
const FITTED_MODELS: ReadonlySet<string> = new Set(['all-MiniLM-L6-v2']);

export function isFitted(models: readonly { readonly name: string }[]): boolean {
  return models.length > 0 && models.every(({ name }) => FITTED_MODELS.has(name));
}

/** Cosine at which a passage says nothing about a question, and from which on it says all that can be told so. */
const UNRELATED_COSINE = 0.2;
const RELATED_COSINE = 0.6;

/** Logistic regression over questions with and without an answer; see docs/decisions.md. */
const WEIGHTS = { words: 4.5, meaning: 3.5, bias: -5.5 } as const;

/**
 * How likely a passage answers the question, 0…1, by one scale for all questions: `1 / (1 + e^−(4.5 w + 3.5 m − 5.5))`, w the
 * share of its words that the passage holds, m the cosine between .2 and .6 as 0…1. Where one of them is not known the other
 * stands for both. `null`: nothing is known.
 */
export function relevanceOf({ words, cosine }: Evidence): number | null {
  const meaning =
    cosine === null
      ? null
      : Math.min(1, Math.max(0, (cosine - UNRELATED_COSINE) / (RELATED_COSINE - UNRELATED_COSINE)));
  const w = words ?? meaning;
  const m = meaning ?? words;
  if (w === null || m === null) return null;
  return 1 / (1 + Math.exp(-(WEIGHTS.words * w + WEIGHTS.meaning * m + WEIGHTS.bias)));
}

/** A word that nothing searched holds is a name that is missing, or a turn of phrase: it counts a fifth of the rarest. */
const UNKNOWN_SHARE = 0.2;
/** Among fewer passages it says less that a word is in none of them: in ten nearly nothing. */
const TELLING_CHUNKS = 200;

/** The share of a question's words that are known at all, weighed as coverage is: what the coverage of known words is multiplied by. */
export function knownShare({ terms, unknownTerms, liveChunks }: LexicalQuery): number {
  const known = terms.reduce((sum, term) => sum + termWeight(term), 0);
  if (unknownTerms === 0) return known > 0 ? 1 : 0;
  const rarest = termWeight({ inverseDocumentFrequency: Math.log(1 + (liveChunks + 0.5) / 0.5) });
  const share = UNKNOWN_SHARE * Math.min(1, liveChunks / TELLING_CHUNKS);
  return known / (known + share * unknownTerms * rarest);
}

/** From here on an answer counts as one. Low, because a passage that is kept back may have been the one. */
export const ANSWERABLE = 0.25;

/** Below it nothing is near a question of which no word is known (typed at random: .05 to .3). */
export const NEAR_COSINE = 0.35;
