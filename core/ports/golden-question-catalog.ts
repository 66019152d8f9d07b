import type { ExpectedDocument, GoldenJudgement, LossReason } from '../contract/golden-question.js';
import type { DueGoldenCheck } from '../contract/golden-messages.js';
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
  /** What was not published, as it would have lost the answer. */
  readonly heldBack: { readonly versionId: VersionId; readonly runId: RunId; readonly since: Date } | null;
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

/** A version that is to be published, and what it would take the place of. */
export interface Replacement {
  readonly versionId: VersionId;
  readonly runId: RunId;
  readonly documentId: DocumentId;
  readonly externalId: string;
  readonly liveVersionId: VersionId | null;
}

export interface GuardedDocument {
  readonly documentId: DocumentId;
  readonly liveVersionId: VersionId;
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
  replacements(organizationId: OrganizationId, versionIds: readonly VersionId[]): Promise<Replacement[]>;
  /** Of the documents that a question expects, those that are live. */
  liveVersions(
    question: Pick<GoldenQuestion, 'organizationId' | 'collectionId' | 'documents'>,
  ): Promise<GuardedDocument[]>;
  /** The passages of a version, in order. */
  passages(
    organizationId: OrganizationId,
    versionId: VersionId,
  ): Promise<{ readonly text: string; readonly pages: readonly number[] }[]>;
  /** Which version is held back for a question; `null`: none any more. Recording twice changes nothing. */
  recordGate(
    question: Pick<GoldenQuestion, 'organizationId' | 'goldenQuestionId' | 'edition'>,
    held: { readonly versionId: VersionId; readonly runId: RunId } | null,
  ): Promise<void>;
  /** Collections of all organizations whose questions are to be asked. Looking says that it was looked: see docs/operations.md. */
  due(): Promise<DueGoldenCheck[]>;
  /** A check has ended: it is due again when what it hangs on has changed since it was found due. */
  settleCheck(check: DueGoldenCheck): Promise<void>;
  /** Makes a check due. Answers when it was asked for, by the catalog's clock. */
  askForCheck(organizationId: OrganizationId, collectionId: CollectionId): Promise<Date>;
  /** Of all organizations, or of one. */
  tally(organizationId?: OrganizationId): Promise<GoldenTally>;
}
