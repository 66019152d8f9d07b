import type { ChunkId, DocumentId } from './ids.js';

/** A document that is expected, as whoever declared the question knows it. */
export type ExpectedDocument = { readonly documentId: DocumentId } | { readonly externalId: string };

/** What the answer to a golden question is. One passage has to fulfil all of it. */
export interface GoldenExpectation {
  /** Any one of them; empty: any document. */
  readonly documents: readonly ExpectedDocument[];
  /** The passage stands on any one of them; empty: on any page. */
  readonly pages: readonly number[];
  /** Words that the passage holds, whatever their case, spacing and kind of hyphens and quotes; `null`: any. */
  readonly phrase: string | null;
  /** The passage is among so many hits. */
  readonly withinRank: number;
}

export const LOSS_REASONS = ['nothing', 'document', 'page', 'phrase'] as const;
/**
 * What is missing among the hits: `nothing` was found at all; none is of an expected `document`; none of these is on an expected
 * `page`; none of those has the `phrase`.
 */
export type LossReason = (typeof LOSS_REASONS)[number];

export type GoldenJudgement =
  | { readonly outcome: 'found'; readonly rank: number; readonly chunkId: ChunkId }
  | { readonly outcome: 'lost'; readonly reason: LossReason };
