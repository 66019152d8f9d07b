import type { DocumentId } from '../contract/ids.js';
import type { EvidenceCertainty, RecommendationStrength } from '../contract/recommendation.js';
import type { SafetyLevel, SourceType } from '../contract/states.js';

/** What a hit must satisfy; applied inside the candidate search, never afterwards. An absent field does not restrict. */
export interface SearchFilter {
  readonly sourceTypes?: readonly SourceType[];
  readonly documentIds?: readonly DocumentId[];
  /** BCP 47 primary tags. */
  readonly languages?: readonly string[];
  /** ISO dates, inclusive, compared with `publishedOn`; a document without a date does not pass. */
  readonly publishedFrom?: string;
  readonly publishedTo?: string;
  /** At most this level (and never above the scope's). */
  readonly safetyLevel?: SafetyLevel;
  /**
   * Only what is in force on this day (`YYYY-MM-DD`): effective by then, and no other document has taken its place;
   * `withSuperseded`: also where one has. A document that does not say from when it counts does so since ever.
   */
  readonly inForce?: { readonly on: string; readonly withSuperseded: boolean };
  /** The passage holds a graded recommendation with one of these strengths and one of these certainties. */
  readonly recommendation?: RecommendationFilter;
  /** JSON containment: every key must be there with this value. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Of one recommendation; an absent field does not restrict. */
export interface RecommendationFilter {
  readonly strengths?: readonly RecommendationStrength[];
  readonly certainties?: readonly EvidenceCertainty[];
}
