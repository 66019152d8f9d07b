import type { AnswerCache } from './answer-cache.js';
import type { EpochFollower } from './epoch-follower.js';

/** The tiers of answers, and what keeps them true. */
export interface Caching {
  readonly answers: AnswerCache;
  readonly follower: EpochFollower;
}
