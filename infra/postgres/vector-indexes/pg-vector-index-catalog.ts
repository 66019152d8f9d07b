import { randomUUID } from 'node:crypto';
import type { ChunkId, CollectionId, OrganizationId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  CollectionSize,
  Generation,
  NewVectorIndex,
  PlacedChunk,
  SearchableVectors,
  UnfilledIndex,
  VectorIndexCatalog,
} from '../../../core/ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { PendingEmbedding } from '../../../core/ports/version-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from '../collections/vector-index-row.js';
import type { Database, Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid } from '../storable.js';
import { chunksBehind, collectionSize, embeddingInputs } from './chunks-to-fill.js';
import { searchableVectors, unfilledIndexes } from './unfilled-vectors.js';

const LIST = `
  select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2))
  order by created_at desc, vector_index_id`;

const OF_COLLECTION = `
  select ${VECTOR_INDEX_COLUMNS}, vectors_skipped, vectors_filled from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2
  order by created_at desc, vector_index_id`;

// The partial unique index lets one of several that ask at once make it. All vectors are missing at first.
const BUILD = `
  insert into knowledge.vector_indexes (vector_index_id, organization_id, collection_id, model_name, model_revision,
    dimensions, max_tokens, store, state, vectors_skipped)
  select $3, organization_id, collection_id, $4, $5, $6, $7, $8, 'building', 1
  from knowledge.collections where organization_id = $1 and collection_id = $2
  on conflict do nothing`;

const BUILDING = `
  select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2 and state = 'building'
    and model_name = $3 and model_revision = $4 and dimensions = $5 and store = $6`;

// The collection's row orders promotions of its generations.
const LOCK_COLLECTION = `
  select from knowledge.collections where organization_id = $1 and collection_id = $2 for update`;
const FIND = `
  select ${VECTOR_INDEX_COLUMNS}, vectors_skipped, vectors_filled from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2 and vector_index_id = $3`;
const RETIRE_LIVE = `
  update knowledge.vector_indexes set state = 'retired'
  where organization_id = $1 and collection_id = $2 and state = 'live'
  returning model_name`;
const NAME_MODEL = `
  update knowledge.collections set embedding_model = $3 where organization_id = $1 and collection_id = $2`;
const MAKE_LIVE = `
  update knowledge.vector_indexes set state = 'live'
  where organization_id = $1 and collection_id = $2 and vector_index_id = $3
  returning ${VECTOR_INDEX_COLUMNS}`;
const MOVE_EPOCH = `
  update knowledge.collections set publication_epoch = publication_epoch + 1
  where organization_id = $1 and collection_id = $2`;
const RETIRE = `
  update knowledge.vector_indexes set state = 'retired'
  where organization_id = $1 and collection_id = $2 and vector_index_id = $3 and state in ('building', 'retired')
  returning ${VECTOR_INDEX_COLUMNS}`;
const COUNT_SKIPPED = `
  update knowledge.collections set vectors_skipped = vectors_skipped + 1
  where organization_id = $1 and collection_id = $2`;
const SKIPPED_IN_ALL = `
  update knowledge.vector_indexes set vectors_skipped = vectors_skipped + 1
  where organization_id = $1 and collection_id = $2`;
const RECORD_MISSED = `
  update knowledge.vector_indexes set vectors_skipped = vectors_skipped + 1
  where organization_id = $1 and collection_id = $2 and vector_index_id = $3`;
const RECORD_FILLED = `
  update knowledge.vector_indexes set vectors_filled = greatest(vectors_filled, $4)
  where organization_id = $1 and collection_id = $2 and case when $3::uuid is null then state = 'live' else vector_index_id = $3 end`;
const FORGET = `
  delete from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2 and vector_index_id = $3 and state = 'retired'
  returning vector_index_id`;

export class PgVectorIndexCatalog implements VectorIndexCatalog {
  constructor(private readonly database: Database) {}

  searchable(scope: AccessScope): Promise<SearchableVectors> {
    return searchableVectors(this.database.forOrganization(scope.organizationId), scope);
  }

  async recordSkipped(organizationId: OrganizationId, collectionId: CollectionId): Promise<void> {
    const collection = [organizationId, collectionId];
    // Two statements: the second sees an index that was made while the first waited for whoever made it.
    await this.database.forOrganization(organizationId).transaction('recordSkippedVectors', async (tx) => {
      await tx.query('countSkippedVectors', COUNT_SKIPPED, collection);
      await tx.query('skippedInAll', SKIPPED_IN_ALL, collection);
    });
  }

  async recordMissed(spec: VectorIndexSpec): Promise<void> {
    await this.database.forOrganization(spec.organizationId).query('recordMissedVectors', RECORD_MISSED, keysOf(spec));
  }

  size(organizationId: OrganizationId, collectionId: CollectionId, longerThan: number): Promise<CollectionSize> {
    return collectionSize(this.database.forOrganization(organizationId), { organizationId, collectionId, longerThan });
  }

  unfilled(): Promise<UnfilledIndex[]> {
    return unfilledIndexes(this.database.forSystem('vectors are filled in for all organizations, one after the other'));
  }

  chunksBehind(
    { organizationId, collectionId }: Pick<UnfilledIndex, 'organizationId' | 'collectionId'>,
    place: number,
    limit: number,
  ): Promise<PlacedChunk[]> {
    return chunksBehind(this.database.forOrganization(organizationId), { organizationId, collectionId, place, limit });
  }

  embeddingInputs(organizationId: OrganizationId, chunkIds: readonly ChunkId[]): Promise<PendingEmbedding[]> {
    return embeddingInputs(this.database.forOrganization(organizationId), organizationId, chunkIds);
  }

  async recordFilled({ organizationId, collectionId, vectorIndexId, skipped }: UnfilledIndex): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('recordFilledVectors', RECORD_FILLED, [organizationId, collectionId, vectorIndexId ?? null, skipped]);
  }

  async ofCollection(organizationId: OrganizationId, collectionId: CollectionId): Promise<Generation[]> {
    if (!isUuid(collectionId)) return [];
    const rows = await this.database
      .forOrganization(organizationId)
      .query<GenerationRow>('generationsOfCollection', OF_COLLECTION, [organizationId, collectionId]);
    return rows.map(toGeneration);
  }

  async list(scope: AccessScope): Promise<VectorIndexSpec[]> {
    const values = [scope.organizationId, scopedCollections(scope)];
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<VectorIndexRow>('listVectorIndexes', LIST, values);
    return rows.map(toVectorIndexSpec);
  }

  async buildBeside({ organizationId, collectionId, model, store }: NewVectorIndex): Promise<VectorIndexSpec | null> {
    if (!isUuid(collectionId)) return null;
    const { name, revision, dimensions, maxTokens } = model;
    const collection = [organizationId, collectionId];
    const database = this.database.forOrganization(organizationId);
    await database.query('buildVectorIndex', BUILD, [
      ...collection,
      randomUUID(),
      name,
      revision,
      dimensions,
      maxTokens,
      store,
    ]);
    const wanted = [...collection, name, revision, dimensions, store];
    return first(await database.query<VectorIndexRow>('buildingVectorIndex', BUILDING, wanted));
  }

  promote(spec: VectorIndexSpec, actor: string): Promise<VectorIndexSpec | 'incomplete' | null> {
    const { organizationId, collectionId } = spec;
    const collection = [organizationId, collectionId];
    return this.database.forOrganization(organizationId).transaction('promoteVectorIndex', async (tx) => {
      await tx.query('lockCollection', LOCK_COLLECTION, collection);
      const found = await find(tx, spec);
      if (!found || found.spec.state === 'live') return found?.spec ?? null;
      if (found.spec.state === 'building' && !found.complete) return 'incomplete';
      const [former] = await tx.query<{ model_name: string }>('retireLiveVectorIndex', RETIRE_LIVE, collection);
      const rows = await tx.query<VectorIndexRow>('promoteVectorIndex', MAKE_LIVE, keysOf(spec));
      const { name } = found.spec.model;
      if (former && former.model_name !== name) await tx.query('nameModel', NAME_MODEL, [...collection, name]);
      await tx.query('movePublicationEpoch', MOVE_EPOCH, collection);
      const { vectorIndexId: subject, store } = found.spec;
      const details = { collectionId, model: name, store, before: found.spec.state };
      await appendAudit(tx, { organizationId, actor, action: 'vector_index.promoted', subject, details });
      return first(rows);
    });
  }

  async retire(spec: VectorIndexSpec): Promise<VectorIndexSpec | null> {
    const database = this.database.forOrganization(spec.organizationId);
    return first(await database.query<VectorIndexRow>('retireVectorIndex', RETIRE, keysOf(spec)));
  }

  async forget(spec: VectorIndexSpec): Promise<boolean> {
    const database = this.database.forOrganization(spec.organizationId);
    return (await database.query('forgetVectorIndex', FORGET, keysOf(spec))).length > 0;
  }
}

function keysOf({ organizationId, collectionId, vectorIndexId }: VectorIndexSpec): string[] {
  return [organizationId, collectionId, vectorIndexId];
}

async function find(database: Queryable, spec: VectorIndexSpec): Promise<Generation | null> {
  const [row] = await database.query<GenerationRow>('findVectorIndex', FIND, keysOf(spec));
  return row ? toGeneration(row) : null;
}

type GenerationRow = VectorIndexRow & { vectors_skipped: number; vectors_filled: number };

function toGeneration(row: GenerationRow): Generation {
  return {
    spec: toVectorIndexSpec(row),
    complete: row.vectors_skipped <= row.vectors_filled,
    skipped: row.vectors_skipped,
  };
}

function first([row]: readonly VectorIndexRow[]): VectorIndexSpec | null {
  return row ? toVectorIndexSpec(row) : null;
}
