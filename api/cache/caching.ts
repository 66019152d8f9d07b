import type { AnswerCache } from './answer-cache.js';
import type { EpochFollower } from './epoch-follower.js';

/** The tiers of answers, and what keeps them true. */
export interface Caching {
  readonly answers: AnswerCache;
  readonly follower: EpochFollower;
  /** A question takes the answer to the same question in other words (core/retrieval/question-form.ts). */
  readonly reusesInOtherWords: boolean;
}
