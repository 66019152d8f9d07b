import type { ChunkId, DocumentId, OrganizationId } from '../contract/ids.js';
import type { AnsweringMode, FeedbackVerdict } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';

/** Questions of a day that were answered in one way, to be added up. */
export interface QuestionCount {
  /** Name or id of the one collection that was asked; `null`: several, or all. */
  readonly collection: string | null;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly mode: AnsweringMode;
  readonly asked: number;
  readonly answerable: number;
  readonly unanswered: number;
}

/** A question that nothing answered. Its text is looked at and not kept. */
export interface UnansweredQuestion {
  readonly questionHash: string;
  readonly day: string;
  readonly text: string;
}

export interface Feedback {
  readonly feedbackId: string;
  readonly actor: string;
  readonly verdict: FeedbackVerdict;
  /** `null`: not known. */
  readonly mode: AnsweringMode | null;
  readonly requestId: string | null;
  readonly questionHash: string | null;
  readonly chunkIds: readonly ChunkId[];
  readonly documentIds: readonly DocumentId[];
  /** The comment; see `SealedTexts`. */
  readonly sealed: Uint8Array | null;
}

export interface GivenFeedback extends Feedback {
  readonly number: number;
  readonly givenAt: Date;
}

/** Days from one to another, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface QuestionStatistics {
  readonly counts: readonly (Omit<QuestionCount, 'collection'> & {
    /** Name. */
    readonly collection: string | null;
  })[];
  readonly feedback: readonly {
    readonly day: string;
    readonly mode: AnsweringMode | null;
    readonly verdict: FeedbackVerdict;
    readonly given: number;
  }[];
}

/** Words of the corpus that stand together in questions that nothing answered. */
export interface QuestionTheme {
  /** Stems, one or two of them. */
  readonly words: readonly string[];
  /** Different questions. */
  readonly questions: number;
}

/** A word that fewer documents hold may be somebody's name, and is not looked at. */
export const MIN_DOCUMENTS_OF_A_WORD = 5;
/** A theme that fewer different questions share may be one person's matter, and is not told. */
export const MIN_QUESTIONS_OF_A_THEME = 3;
/** Words of a question that are kept, the rarest first. */
export const MAX_WORDS_OF_A_QUESTION = 8;
/** Unanswered questions are forgotten after so many days. */
export const UNANSWERED_DAYS = 90;

/** What is known of all questions, without any of them in clear. */
export interface QuestionCatalog {
  /** Adds up. Counts of a collection that is not there are added to those of several. */
  addCounts(organizationId: OrganizationId, counts: readonly QuestionCount[]): Promise<void>;
  /**
   * Keeps of each question those words that at least {@link MIN_DOCUMENTS_OF_A_WORD} documents hold which are live and have
   * no patient data. A question that was kept before is not kept again.
   */
  addUnanswered(scope: AccessScope, questions: readonly UnansweredQuestion[]): Promise<void>;
  /** The same feedback again takes the place of the former one of this key. `taken`: another key gave it. */
  keepFeedback(organizationId: OrganizationId, feedback: Feedback): Promise<'kept' | 'taken'>;
  /** Newest first, before a number. */
  listFeedback(
    organizationId: OrganizationId,
    listing: { readonly limit: number; readonly before?: number; readonly verdict?: FeedbackVerdict },
  ): Promise<GivenFeedback[]>;
  statistics(organizationId: OrganizationId, days: Days): Promise<QuestionStatistics>;
  /** Of at least {@link MIN_QUESTIONS_OF_A_THEME} questions each, the most asked first. */
  themes(organizationId: OrganizationId, days: Days, limit: number): Promise<QuestionTheme[]>;
}
