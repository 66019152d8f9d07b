import type { ExpectedDocument, GoldenJudgement, LossReason } from '../contract/golden-question.js';
import type { CollectionId, DocumentId, OrganizationId, RunId, VersionId } from '../contract/ids.js';
import type { GoldenGate, SafetyLevel } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';

/** A question and what its answer is. Texts come sealed and the question hashed: the catalog knows neither. */
export interface NewGoldenQuestion {
  readonly collectionId: CollectionId;
  readonly questionHash: string;
  /** Question and phrase; see core/retrieval/golden-texts.ts. */
  readonly sealed: Uint8Array;
  /** Equal where question and phrase are. */
  readonly wordsHash: string;
  readonly documents: readonly ExpectedDocument[];
  readonly pages: readonly number[];
  readonly withinRank: number;
  readonly gate: GoldenGate;
}

/** A publication that came between the last check that found an answer and the first one that did not. */
export interface SuspectedPublication {
  readonly runId: RunId;
  readonly documentId: DocumentId;
  readonly versionId: VersionId;
}

/** How the last check ended. */
export type GoldenResult =
  | { readonly state: 'unchecked' }
  | { readonly state: 'found'; readonly checkedAt: Date; readonly rank: number }
  | {
      readonly state: 'lost';
      readonly checkedAt: Date;
      readonly reason: LossReason;
      readonly lostSince: Date;
      /** At most five, those of expected documents first; none where the answer was never found, or something was withdrawn. */
      readonly publications: readonly SuspectedPublication[];
    };

export interface GoldenQuestion extends Omit<NewGoldenQuestion, 'wordsHash'> {
  readonly goldenQuestionId: string;
  readonly organizationId: OrganizationId;
  /** Name of its collection. */
  readonly collection: string;
  /** Its place in lists. */
  readonly number: number;
  /** Counts its declarations. */
  readonly edition: number;
  /** It is asked with the level of the key that declared it, and shown from that level on. */
  readonly safetyLevel: SafetyLevel;
  readonly createdAt: Date;
  readonly result: GoldenResult;
}

export interface CheckedGoldenQuestion {
  readonly goldenQuestionId: string;
  /** Which was checked: the result of a former declaration is dropped. */
  readonly edition: number;
  readonly judgement: GoldenJudgement;
}

/** A page of a collection's questions, to be checked. */
export interface GoldenPage {
  /** By the catalog's clock: when what follows was begun. */
  readonly begunAt: Date;
  readonly questions: readonly GoldenQuestion[];
}

/** What was found and lost in a check, as numbers. */
export interface GoldenTally {
  readonly questions: number;
  readonly lost: number;
}

/** A collection has no more; a check asks each of them. */
export const MAX_GOLDEN_QUESTIONS = 1_000;

/** Questions whose answer must be found in a collection, and how their last check ended. */
export interface GoldenQuestionCatalog {
  /**
   * The same question in a collection again takes the place of the former declaration, and is unchecked where anything of it
   * changed. With its entry in the audit log. `full`: {@link MAX_GOLDEN_QUESTIONS}.
   */
  declare(
    scope: AccessScope,
    question: NewGoldenQuestion,
    actor: string,
  ): Promise<{ readonly question: GoldenQuestion; readonly isNew: boolean } | 'full'>;
  /** In the order of declaration, behind a number; the scope's collections, and what is asked with at most its level. */
  list(
    scope: AccessScope,
    listing: {
      readonly collectionId?: CollectionId;
      readonly state?: GoldenResult['state'];
      readonly limit: number;
      readonly after?: number;
    },
  ): Promise<GoldenQuestion[]>;
  read(scope: AccessScope, goldenQuestionId: string): Promise<GoldenQuestion | null>;
  /** Whether there was one. It goes into the audit log. */
  remove(scope: AccessScope, goldenQuestionId: string, actor: string): Promise<boolean>;
  /** Of one collection, whoever declared them, in the order of declaration behind a number. */
  toCheck(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    page: { readonly after: number; readonly limit: number; readonly gate?: GoldenGate },
  ): Promise<GoldenPage>;
  /** A check that began later and was recorded before counts, and this one does not. Recording twice changes nothing. */
  record(organizationId: OrganizationId, begunAt: Date, checked: readonly CheckedGoldenQuestion[]): Promise<void>;
  /** Of all organizations, or of one. */
  tally(organizationId?: OrganizationId): Promise<GoldenTally>;
}
