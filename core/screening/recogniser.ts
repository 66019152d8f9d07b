import type { PhiCategory } from '../contract/finding.js';
import type { ScreeningContext } from './context.js';

/** A span that a recogniser suspects; offsets in UTF-16 code units of the text it was given. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** 0–1, as `SCORES` in `scores.ts` defines it. */
  readonly score: number;
  /** By what it was recognised: a constant such as `label`; becomes the second half of `Finding.recogniser`. */
  readonly evidence: string;
}

/**
 * Knows one category by its form, its label and what stands around it. What neighbouring findings add is decided in
 * `neighbourhood.ts`. Linear in the length of the text (patterns from `boundedPattern`).
 * A new one is a file in `recognisers/` and a line in `recognisers.ts`.
 */
export interface Recogniser {
  readonly category: PhiCategory;
  find(text: string, context: ScreeningContext): Iterable<Candidate>;
}
