import { randomUUID } from 'node:crypto';
import type { CollectionId, OrganizationId } from '../../../core/contract/ids.js';
import { type QueryScreening, SAFETY_LEVELS } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { AuditEntry } from '../../../core/ports/audit-log.js';
import type {
  Collection,
  CollectionCatalog,
  CollectionChanges,
  CollectionSettings,
  CollectionSummary,
} from '../../../core/ports/collection-catalog.js';
import type { EmbeddingModel } from '../../../core/ports/embedder.js';
import type { VectorIndexSpec, VectorStore } from '../../../core/ports/vector-index.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database.js';
import { textConfig } from '../lexical/text-config.js';
import { ensureOrganization } from '../organizations.js';
import { withinLevels } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { COLLECTION_COLUMNS, type CollectionRow, toCollection } from './collection-row.js';
import { ensureVectorIndex } from './ensure-vector-index.js';

const CREATE_COLLECTION = `
  insert into knowledge.collections (collection_id, organization_id, name, source_type, language, phi_policy,
    phi_policy_reason, chunking, safety_level, review_cycle_days, text_configs, first_text_config, embedding_model,
    retention_days, four_eyes, review_due_hours, screen_queries, answer_threshold, rerank)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, array[$11::text], $11, $12, $13, $14, $15, $16, $17, $18)
  on conflict (organization_id, name) do nothing
  returning ${COLLECTION_COLUMNS}`;

// A null parameter leaves its column; the nullable columns have a flag each. Policy, access, what counts as an answer and its order move the
// withdrawal epoch, so that no cache answers by the former ones.
const UPDATE_COLLECTION = `
  update knowledge.collections set
    source_type = coalesce($4, source_type),
    language = coalesce($5, language),
    text_configs = case when $6::text is null or $6 = any (text_configs) then text_configs else text_configs || $6::text end,
    phi_policy = coalesce($7, phi_policy),
    phi_policy_reason = case when $8::boolean then $9 else phi_policy_reason end,
    chunking = coalesce($10::jsonb, chunking),
    safety_level = coalesce($11, safety_level),
    review_cycle_days = case when $12::boolean then $13::integer else review_cycle_days end,
    retention_days = coalesce($14::integer, retention_days),
    four_eyes = coalesce($15::boolean, four_eyes),
    review_due_hours = coalesce($16::integer, review_due_hours),
    screen_queries = coalesce($17::text, screen_queries),
    answer_threshold = case when $18::boolean then $19::double precision else answer_threshold end,
    rerank = coalesce($20::boolean, rerank),
    withdrawal_epoch = withdrawal_epoch + case
      when coalesce($7, phi_policy) <> phi_policy or coalesce($11, safety_level) <> safety_level
        or ($18::boolean and $19::double precision is distinct from answer_threshold)
        or coalesce($20::boolean, rerank) <> rerank then 1 else 0 end
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and name = $3
  returning ${COLLECTION_COLUMNS}`;

// Nothing is hidden from who sees every level: that is not counted.
const LIST_COLLECTIONS = `
  select ${COLLECTION_COLUMNS}, live_documents, live_chunks, hidden.documents as hidden_documents,
    hidden.chunks as hidden_chunks
  from knowledge.collections c
  cross join lateral (
    select count(*)::int as documents, coalesce(sum(chunks.count), 0)::int as chunks
    from knowledge.documents d
    cross join lateral (
      select count(*) from knowledge.version_chunks vc
      where vc.organization_id = $1 and vc.version_id = d.live_version_id
    ) chunks
    where cardinality($3::text[]) < ${SAFETY_LEVELS.length}
      and d.organization_id = $1 and d.collection_id = c.collection_id and d.live_version_id is not null
      and not ${withinLevels('d.safety_level', 'c.safety_level', '$3')}
  ) hidden
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2))
  order by name`;

interface CollectionSummaryRow extends CollectionRow {
  live_documents: number;
  live_chunks: number;
  hidden_documents: number;
  hidden_chunks: number;
}

const COLLECTION_BY_NAME = `
  select ${COLLECTION_COLUMNS} from knowledge.collections
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and name = $3`;

const QUERY_SCREENINGS = `
  select distinct screen_queries from knowledge.collections
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2))`;

const COLLECTION_BY_ID = `
  select ${COLLECTION_COLUMNS} from knowledge.collections where organization_id = $1 and collection_id = $2`;

export class PgCollectionCatalog implements CollectionCatalog {
  /** `vectorStore`: where vector indexes are made for collections that have none. */
  constructor(
    private readonly database: Database,
    private readonly vectorStore: VectorStore,
  ) {}

  async create(
    organizationId: OrganizationId,
    name: string,
    settings: CollectionSettings,
    actor: string,
  ): Promise<Collection | null> {
    await ensureOrganization(this.database.forOrganization(organizationId), organizationId);
    const entry = { organizationId, actor, action: 'collection.created' };
    return this.#audited('createCollection', CREATE_COLLECTION, entry, [
      randomUUID(),
      organizationId,
      name,
      settings.sourceType,
      settings.language,
      settings.phiPolicy,
      settings.phiPolicyReason,
      JSON.stringify(settings.chunking),
      settings.safetyLevel,
      settings.reviewCycleDays,
      textConfig(settings.language),
      settings.embeddingModel,
      settings.retentionDays,
      settings.fourEyes,
      settings.reviewDueHours,
      settings.screenQueries,
      settings.answerThreshold,
      settings.rerank,
    ]);
  }

  update(scope: AccessScope, name: string, changes: CollectionChanges, actor: string): Promise<Collection | null> {
    const entry = { organizationId: scope.organizationId, actor, action: 'collection.changed' };
    return this.#audited('updateCollection', UPDATE_COLLECTION, entry, [
      scope.organizationId,
      scopedCollections(scope),
      name,
      changes.sourceType ?? null,
      changes.language ?? null,
      changes.language === undefined ? null : textConfig(changes.language),
      changes.phiPolicy ?? null,
      changes.phiPolicyReason !== undefined,
      changes.phiPolicyReason ?? null,
      changes.chunking ? JSON.stringify(changes.chunking) : null,
      changes.safetyLevel ?? null,
      changes.reviewCycleDays !== undefined,
      changes.reviewCycleDays ?? null,
      changes.retentionDays ?? null,
      changes.fourEyes ?? null,
      changes.reviewDueHours ?? null,
      changes.screenQueries ?? null,
      changes.answerThreshold !== undefined,
      changes.answerThreshold ?? null,
      changes.rerank ?? null,
    ]);
  }

  /** A change of one collection and its entry in the audit log, in one transaction. */
  #audited(
    operation: string,
    statement: string,
    entry: Pick<AuditEntry, 'organizationId' | 'actor' | 'action'>,
    values: readonly unknown[],
  ): Promise<Collection | null> {
    return this.database.forOrganization(entry.organizationId).transaction(operation, async (tx) => {
      const [row] = await tx.query<CollectionRow>(operation, statement, values);
      if (!row) return null;
      const collection = toCollection(row);
      const { collectionId: subject, phiPolicy, safetyLevel } = collection;
      await appendAudit(tx, { ...entry, subject, details: { phiPolicy, safetyLevel } });
      return collection;
    });
  }

  async queryScreenings(scope: AccessScope): Promise<QueryScreening[]> {
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<{ screen_queries: QueryScreening }>('queryScreenings', QUERY_SCREENINGS, [
        scope.organizationId,
        scopedCollections(scope),
      ]);
    return rows.map((row) => row.screen_queries);
  }

  async list(scope: AccessScope): Promise<CollectionSummary[]> {
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<CollectionSummaryRow>('listCollections', LIST_COLLECTIONS, scopeValues(scope));
    return rows.map((row) => ({
      ...toCollection(row),
      documents: row.live_documents - row.hidden_documents,
      chunks: row.live_chunks - row.hidden_chunks,
      hidesDocuments: row.hidden_documents > 0,
    }));
  }

  async byName(scope: AccessScope, name: string): Promise<Collection | null> {
    const [row] = await this.database
      .forOrganization(scope.organizationId)
      .query<CollectionRow>('collectionByName', COLLECTION_BY_NAME, [
        scope.organizationId,
        scopedCollections(scope),
        name,
      ]);
    return row ? toCollection(row) : null;
  }

  async byId(organizationId: OrganizationId, collectionId: CollectionId): Promise<Collection | null> {
    if (!isUuid(collectionId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<CollectionRow>('collectionById', COLLECTION_BY_ID, [organizationId, collectionId]);
    return row ? toCollection(row) : null;
  }

  ensureVectorIndex(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    model: EmbeddingModel,
  ): Promise<VectorIndexSpec> {
    const wanted = { organizationId, collectionId, model, store: this.vectorStore };
    return ensureVectorIndex(this.database.forOrganization(organizationId), wanted);
  }
}
