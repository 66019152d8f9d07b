import { type ChunkingSettings, DEFAULT_CHUNKING } from '../../../core/contract/chunk.js';
import type { PhiPolicy, QueryScreening, SafetyLevel, SourceType } from '../../../core/contract/states.js';
import type { Collection } from '../../../core/ports/collection-catalog.js';

export interface CollectionRow {
  collection_id: string;
  organization_id: string;
  name: string;
  source_type: SourceType;
  language: string;
  phi_policy: PhiPolicy;
  phi_policy_reason: string | null;
  /** Of collections that were made before there was a choice only `maxTokens`. */
  chunking: Partial<ChunkingSettings>;
  embedding_model: string | null;
  safety_level: SafetyLevel;
  review_cycle_days: number | null;
  retention_days: number;
  four_eyes: boolean;
  review_due_hours: number;
  screen_queries: QueryScreening;
  answer_threshold: number | null;
  rerank: boolean;
  withdrawal_epoch: number;
  publication_epoch: number;
  created_at: Date;
}

export const COLLECTION_COLUMNS = `collection_id, organization_id, name, source_type, language, phi_policy,
  phi_policy_reason, chunking, embedding_model, safety_level, review_cycle_days, retention_days, four_eyes, review_due_hours, screen_queries, answer_threshold, rerank,
  withdrawal_epoch, publication_epoch, created_at`;

export function toCollection(row: CollectionRow): Collection {
  return {
    collectionId: row.collection_id,
    organizationId: row.organization_id,
    name: row.name,
    sourceType: row.source_type,
    language: row.language,
    phiPolicy: row.phi_policy,
    phiPolicyReason: row.phi_policy_reason,
    chunking: { ...DEFAULT_CHUNKING, ...row.chunking },
    embeddingModel: row.embedding_model,
    safetyLevel: row.safety_level,
    reviewCycleDays: row.review_cycle_days,
    retentionDays: row.retention_days,
    fourEyes: row.four_eyes,
    reviewDueHours: row.review_due_hours,
    screenQueries: row.screen_queries,
    answerThreshold: row.answer_threshold,
    rerank: row.rerank,
    withdrawalEpoch: row.withdrawal_epoch,
    publicationEpoch: row.publication_epoch,
    createdAt: row.created_at,
  };
}
