import type { ChunkingSettings } from '../contract/chunk.js';
import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { PhiPolicy, QueryScreening, SafetyLevel, SourceType } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';
import type { EmbeddingModel } from './embedder.js';
import type { VectorIndexSpec } from './vector-index.js';

/** Documents of one kind with one policy. */
export interface Collection {
  readonly collectionId: CollectionId;
  readonly organizationId: OrganizationId;
  /** `^[a-z0-9][a-z0-9_-]{0,62}$`, unique in its organization. */
  readonly name: string;
  readonly sourceType: SourceType;
  readonly language: string;
  readonly phiPolicy: PhiPolicy;
  /** Why findings are let through; required for `allow`. */
  readonly phiPolicyReason: string | null;
  readonly chunking: ChunkingSettings;
  /** Name of the model that its vectors are made with; `null`: the stack's own. Does not change. */
  readonly embeddingModel: string | null;
  /** Level of a document that does not say its own. */
  readonly safetyLevel: SafetyLevel;
  /** How often its documents are to be looked over; `null`: never. */
  readonly reviewCycleDays: number | null;
  /** Days between a deletion and the erasure of what was deleted; 0: at once. Also for deletions before a change. */
  readonly retentionDays: number;
  /** Two people have to decide the same before anything of a held version is published. */
  readonly fourEyes: boolean;
  /** Hours after which a review that still waits is overdue. */
  readonly reviewDueHours: number;
  readonly screenQueries: QueryScreening;
  /**
   * Relevance (0…1) from which on a passage counts as an answer; what is found below it, and nothing above, are near misses and
   * no hits. `null`: the system's own, by which hits are labelled and stay.
   */
  readonly answerThreshold: number | null;
  /** Its hits are put before the reranker, where the system has one. */
  readonly rerank: boolean;
  /** Counts deletes, holds, retractions, erasures and policy changes. */
  readonly withdrawalEpoch: number;
  /** Counts publications. */
  readonly publicationEpoch: number;
  readonly createdAt: Date;
}

export type CollectionSettings = Pick<
  Collection,
  | 'sourceType'
  | 'language'
  | 'phiPolicy'
  | 'phiPolicyReason'
  | 'chunking'
  | 'embeddingModel'
  | 'safetyLevel'
  | 'reviewCycleDays'
  | 'retentionDays'
  | 'fourEyes'
  | 'reviewDueHours'
  | 'screenQueries'
  | 'answerThreshold'
  | 'rerank'
>;

/** What can be changed of a collection that is there: another model would need other vectors. */
export type CollectionChanges = Partial<Omit<CollectionSettings, 'embeddingModel'>>;

export interface CollectionSummary extends Collection {
  /** Documents with a live version that the scope may see. */
  readonly documents: number;
  readonly chunks: number;
  /** There are more, above the safety level of the scope. */
  readonly hidesDocuments: boolean;
}

/** Collections and their vector indexes. */
export interface CollectionCatalog {
  /** With its entry in the audit log, in one transaction. `null` when the name is taken. */
  create(
    organizationId: OrganizationId,
    name: string,
    settings: CollectionSettings,
    actor: string,
  ): Promise<Collection | null>;
  /**
   * Applies to later ingests; moves the withdrawal epoch when policy or access changed. With its entry in the audit log, in
   * one transaction. `null`: no such collection.
   */
  update(scope: AccessScope, name: string, changes: CollectionChanges, actor: string): Promise<Collection | null>;
  list(scope: AccessScope): Promise<CollectionSummary[]>;
  byName(scope: AccessScope, name: string): Promise<Collection | null>;
  /** What the collections of a scope do with questions; each way once. */
  queryScreenings(scope: AccessScope): Promise<QueryScreening[]>;
  byId(organizationId: OrganizationId, collectionId: CollectionId): Promise<Collection | null>;
  /**
   * The live vector index of a collection; made (state `live`) for this model when it has none.
   * `Failure MODEL_MISMATCH` when it has one of another model, revision or dimension.
   */
  ensureVectorIndex(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    model: EmbeddingModel,
  ): Promise<VectorIndexSpec>;
}
