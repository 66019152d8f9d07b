import type { ChunkId, DocumentId, OrganizationId, VersionId } from '../contract/ids.js';
import type { RecallReason } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';

/** What a chat service told somebody. Texts come sealed and questions hashed: the catalog knows neither. */
export interface NewAnswer {
  readonly answerId: string;
  /** Key of the chat service. */
  readonly actor: string;
  /** Who was told, in the chat service's own terms. */
  readonly subject: string | null;
  /** Its own name of the message. */
  readonly reference: string | null;
  readonly questionHash: string;
  /** Of the question's form (core/retrieval/question-form.ts): equal for questions that ask the same in other words. */
  readonly formHash: string;
  readonly sealed: Uint8Array;
  /** Passages that it rests on, in the order of its citations; distinct. */
  readonly chunkIds: readonly ChunkId[];
}

/** A passage that an answer rests on, and what became of it since. */
export interface AnswerCitation {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly versionId: VersionId;
  /** Why it holds no longer, and from when; `null`: it holds. */
  readonly ended: { readonly reason: RecallReason; readonly since: Date } | null;
}

export interface KeptAnswer {
  readonly answerId: string;
  readonly subject: string | null;
  readonly reference: string | null;
  readonly toldAt: Date;
  readonly citations: readonly AnswerCitation[];
  /** Question and answer; `null` where one of the citations holds no longer, or the scope may not see it. */
  readonly sealed: Uint8Array | null;
}

/** A recalled answer and its place in the list. */
export interface RecalledAnswer extends KeptAnswer {
  readonly number: number;
}

/**
 * `missing`: passages that are not live, that the scope may not see, or whose document holds patient data. `taken`: another
 * key has kept an answer under this id.
 */
export type KeepOutcome = { readonly kept: KeptAnswer } | { readonly missing: readonly ChunkId[] } | 'taken';

/** Whose answers: those that this key told, or `all` of the organization. */
export type AnswersOf = { readonly actor: string } | 'all';

/**
 * Answers that chat services gave, bound to the live versions that they cite. An answer holds as long as every one of them
 * does, which is looked at whenever it is read.
 */
export interface AnswerCatalog {
  /** All citations or nothing. What this key kept under the id before stays as it is, and is the outcome. */
  keep(scope: AccessScope, answer: NewAnswer): Promise<KeepOutcome>;
  /** The newest answer that holds, for the question as it was asked, or else for one of the same form. */
  lookUp(
    scope: AccessScope,
    question: { readonly questionHash: string; readonly formHash: string },
  ): Promise<{ readonly answer: KeptAnswer; readonly asAsked: boolean } | null>;
  read(scope: AccessScope, answerId: string, of: AnswersOf): Promise<KeptAnswer | null>;
  /** Those told since a moment of which a citation has ended after they were told; newest first, before a number. */
  recalled(
    scope: AccessScope,
    listing: { readonly since: Date; readonly of: AnswersOf; readonly limit: number; readonly before?: number },
  ): Promise<RecalledAnswer[]>;
  /** Whether there was one. It goes into the audit log. */
  forget(
    organizationId: OrganizationId,
    answerId: string,
    by: { readonly of: AnswersOf; readonly actor: string },
  ): Promise<boolean>;
}
